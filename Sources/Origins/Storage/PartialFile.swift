import BitTorrent
import Digest
import Glibc
import LinuxSystem
import SystemPackage

/// The file in DEST that a download writes to until its data is verified. Its name starts with a dot and ends
/// with `.part`, so that nobody mistakes it for the data.
public final class PartialFile: Sendable {
    /// The path of the file.
    public let path: FilePath
    /// The path of the ``Journal`` beside it.
    let journalPath: FilePath
    private let descriptor: OwnedDescriptor

    /// Opens or creates the file in `folder` for the data that `key` identifies.
    init(in folder: FilePath, key: String) throws(TorrentError) {
        let name = ".pierdat-\(Self.stem(of: key))"
        path = folder.appending("\(name).part")
        journalPath = folder.appending("\(name).json")
        let opened = try Self.opened(path)
        // Further names of the file would get the data, too.
        if Self.status(of: opened).st_nlink > 1 {
            path.withPlatformString { _ = unlink($0) }
            descriptor = try Self.opened(path, O_EXCL)
        } else {
            descriptor = opened
        }
    }

    /// A short name for `key` that does not reveal it.
    package static func stem(of key: String) -> String {
        guard let hasher = ContentHasher(.sha256) else { return "data" }
        var key = key
        key.withUTF8 { hasher.add(UnsafeRawBufferPointer($0)) }
        return String(hasher.finish(as: .sha256).hex.prefix(16))
    }

    private static func opened(
        _ path: FilePath, _ more: CInt = 0
    ) throws(TorrentError) -> OwnedDescriptor {
        let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | more
        do throws(Errno) {
            return try OwnedDescriptor(
                takingOver: path.withPlatformString { open($0, flags, 0o644) })
        } catch {
            throw .shortage(error) ?? .cannotWrite(path, error)
        }
    }

    /// All zeros if it cannot be read.
    private static func status(of file: OwnedDescriptor) -> stat {
        var status = stat()
        _ = fstat(file.rawValue, &status)
        return status
    }

    /// For reading what was written.
    var file: FileDescriptor { FileDescriptor(rawValue: descriptor.rawValue) }

    /// In bytes.
    var size: Int64 { Int64(Self.status(of: descriptor).st_size) }

    /// Bytes that are allocated on disk.
    var allocated: Int64 { Int64(Self.status(of: descriptor).st_blocks) * 512 }

    /// False if another process has finished or replaced the file, because this one stood still for too long.
    var isInPlace: Bool {
        var named = stat()
        let own = Self.status(of: descriptor)
        return path.withPlatformString { lstat($0, &named) } == 0
            && named.st_ino == own.st_ino && named.st_dev == own.st_dev
    }

    /// Writes all of `bytes` at `offset`.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(Errno) {
        var (rest, offset) = (bytes[...], offset)
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            let count = pwrite(
                descriptor.rawValue, part.baseAddress, part.count, off_t(offset))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw count < 0 ? Errno(rawValue: errno) : .noSpace }
            rest = rest.dropFirst(count)
            offset += Int64(count)
        }
    }

    /// Shortens or extends the file.
    func resize(to size: Int64) throws(Errno) {
        guard ftruncate(descriptor.rawValue, off_t(size)) == 0 else {
            throw Errno(rawValue: errno)
        }
    }

    /// Gives the file its final name, in the place of a file that may have it, and deletes the journal.
    func finish(as name: FileName) throws(TorrentError) {
        try move(into: path.removingLastComponent(), as: name.text)
        journalPath.withPlatformString { _ = unlink($0) }
    }

    /// Moves the file to `name` in `folder`, which is created if it is missing.
    func move(into folder: FilePath, as name: String) throws(TorrentError) {
        let target = folder.appending(name)
        do throws(Errno) {
            try Folder.make(folder)
        } catch {
            throw .cannotWrite(folder, error)
        }
        let result = path.withPlatformString { old in
            target.withPlatformString { new in rename(old, new) }
        }
        guard result == 0 else { throw .cannotWrite(target, Errno(rawValue: errno)) }
    }

    /// Moves the data to where the torrent is downloaded, unless there is data already. Deletes the rest.
    func handOver(
        to candidate: FoundMetadata, of source: WebSource, in destination: FilePath
    ) throws(TorrentError) {
        let folder = candidate.folder(of: source.digest, in: destination)
        let name = candidate.parameters.summary.name
        let isFree = FileStatus(withoutFollowing: folder.appending(name)) == nil
        if size > 0, isFree { try move(into: folder, as: name) }
        remove()
    }

    /// Deletes the file and its journal.
    func remove() {
        for path in [path, journalPath] { path.withPlatformString { _ = unlink($0) } }
    }
}
