import Glibc
import LinuxSystem
import SystemPackage

/// A file whose parts are verified where they are, and written unless it is open only for reading.
final class TargetFile: Sendable {
    let path: FilePath
    let isWritable: Bool
    private let descriptor: OwnedDescriptor

    /// SEEK_DATA of lseek(2), which Swift does not see.
    private static let seekData: CInt = 3

    /// The existing file at `path`. nil if there is none, or something else.
    init?(reading path: FilePath) throws(Errno) {
        guard FileStatus(withoutFollowing: path)?.kind == .file else { return nil }
        descriptor = try OwnedDescriptor(
            takingOver: path.withPlatformString {
                open($0, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
            })
        self.path = path
        isWritable = false
    }

    /// Opens or creates the file at `path` and gives it its size.
    init(writing path: FilePath, size: Int64) throws(Errno) {
        // Further names of the file would get the data, too.
        if let status = FileStatus(withoutFollowing: path),
            status.names > 1 || status.kind != .file
        {
            path.withPlatformString { _ = unlink($0) }
        }
        descriptor = try OwnedDescriptor(
            takingOver: path.withPlatformString {
                open($0, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
            })
        self.path = path
        isWritable = true
        guard ftruncate(descriptor.rawValue, off_t(size)) == 0 else {
            throw Errno(rawValue: errno)
        }
    }

    /// In bytes.
    var size: Int64 {
        var status = stat()
        return fstat(descriptor.rawValue, &status) == 0 ? Int64(status.st_size) : 0
    }

    /// Bytes that are allocated on disk.
    var allocated: Int64 {
        var status = stat()
        return fstat(descriptor.rawValue, &status) == 0 ? Int64(status.st_blocks) * 512 : 0
    }

    /// True if the `size` bytes at `offset` match `cid`.
    func holds(_ cid: CID, at offset: Int64, size: Int) throws(Errno) -> Bool {
        guard !isHole(offset..<offset + Int64(size)) else { return false }
        guard let bytes = try read(at: offset, size: size) else { return false }
        return bytes.withUnsafeBytes { LeafForm.matches($0, cid) }
    }

    /// True if the bytes at `offset` are `bytes`.
    func holds(_ bytes: ArraySlice<UInt8>, at offset: Int64) throws(Errno) -> Bool {
        guard let own = try read(at: offset, size: bytes.count) else { return false }
        return own.elementsEqual(bytes)
    }

    /// True if nothing was ever written there, so that reading it would be a waste.
    private func isHole(_ range: Range<Int64>) -> Bool {
        let data = lseek(descriptor.rawValue, off_t(range.lowerBound), Self.seekData)
        return data < 0 ? errno == ENXIO && !range.isEmpty : Int64(data) >= range.upperBound
    }

    /// nil if the file is too short.
    private func read(at offset: Int64, size: Int) throws(Errno) -> [UInt8]? {
        var failure: Errno?
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let rest = UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
                let done = pread(
                    descriptor.rawValue, rest.baseAddress, rest.count, off_t(offset) + count)
                if done < 0, errno == EINTR { continue }
                if done < 0 { failure = Errno(rawValue: errno) }
                guard done > 0 else { return }
                count += done
            }
        }
        if let failure { throw failure }
        return bytes.count == size ? bytes : nil
    }

    /// Writes all of `bytes` at `offset`.
    func write(_ bytes: ArraySlice<UInt8>, at offset: Int64) throws(Errno) {
        var failure: Errno?
        bytes.withUnsafeBytes { buffer in
            var (rest, offset) = (buffer[...], off_t(offset))
            while !rest.isEmpty, failure == nil {
                let part = UnsafeRawBufferPointer(rebasing: rest)
                let count = pwrite(descriptor.rawValue, part.baseAddress, part.count, offset)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    failure = count < 0 ? Errno(rawValue: errno) : .noSpace
                    return
                }
                rest = rest.dropFirst(count)
                offset += off_t(count)
            }
        }
        if let failure { throw failure }
    }
}
