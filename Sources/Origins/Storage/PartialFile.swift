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
    /// True if another process had the file open first.
    var hasWaited: Bool { access.hasWaited }
    private let access: ExclusiveAccess

    /// Opens or creates the file in `folder` for the data that `key` identifies. Waits while another process
    /// has it open, after `say` has printed why.
    init(
        in folder: FilePath, key: String, _ interruption: Interruption, say: (String) -> Void
    ) throws(TorrentError) {
        let name = ".pierdat-\(Self.stem(of: key))"
        path = folder.appending("\(name).part")
        journalPath = folder.appending("\(name).json")
        let path = path
        access = try ExclusiveAccess(
            to: path, interruption, say: say,
            open: { () throws(TorrentError) in try Self.opened(path) },
            isUsable: { Self.hasOneName($0, at: path) })
    }

    /// A short name for `key` that does not reveal it.
    package static func stem(of key: String) -> String {
        guard let hasher = ContentHasher(.sha256) else { return "data" }
        var key = key
        key.withUTF8 { hasher.add(UnsafeRawBufferPointer($0)) }
        return String(hasher.finish(as: .sha256).hex.prefix(16))
    }

    private static func opened(_ path: FilePath) throws(TorrentError) -> OwnedDescriptor {
        let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
        do throws(Errno) {
            return try OwnedDescriptor(
                takingOver: path.withPlatformString { open($0, flags, 0o644) })
        } catch {
            throw .shortage(error) ?? .cannotWrite(path, error)
        }
    }

    /// False if the file has further names, because these would get the data, too. Then deletes the one at `path`.
    private static func hasOneName(_ status: stat, at path: FilePath) -> Bool {
        guard status.st_nlink > 1 else { return true }
        path.withPlatformString { _ = unlink($0) }
        return false
    }

    /// For reading what was written.
    var file: FileDescriptor { FileDescriptor(rawValue: access.descriptor.rawValue) }

    /// In bytes.
    var size: Int64 {
        var status = stat()
        return fstat(access.descriptor.rawValue, &status) == 0 ? Int64(status.st_size) : 0
    }

    /// Bytes that are allocated on disk.
    var allocated: Int64 {
        var status = stat()
        return fstat(access.descriptor.rawValue, &status) == 0 ? Int64(status.st_blocks) * 512 : 0
    }

    /// Writes all of `bytes` at `offset`.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(Errno) {
        var (rest, offset) = (bytes[...], offset)
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            let count = pwrite(
                access.descriptor.rawValue, part.baseAddress, part.count, off_t(offset))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw count < 0 ? Errno(rawValue: errno) : .noSpace }
            rest = rest.dropFirst(count)
            offset += Int64(count)
        }
    }

    /// Shortens or extends the file.
    func resize(to size: Int64) throws(Errno) {
        guard ftruncate(access.descriptor.rawValue, off_t(size)) == 0 else {
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
