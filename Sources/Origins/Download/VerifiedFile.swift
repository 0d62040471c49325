import BitTorrent
import Digest
import Glibc
import LinuxSystem
import SystemPackage

/// A file that was downloaded before and has the right digest.
public struct VerifiedFile {
    /// The absolute path.
    public let path: FilePath
    /// In bytes.
    public let size: Int64

    /// Verifies the file of `source` at `path`, which is the file or the folder that contains it.
    public init(
        _ source: WebSource, at path: FilePath, digest expected: ContentDigest
    ) throws(TorrentError) {
        var (file, size) = (path, Int64(0))
        let digest: ContentDigest
        do throws(Errno) {
            file = try path.resolved()
            if let name = source.fileName, Self.isFolder(file) { file.append(name.text) }
            let descriptor = try OwnedDescriptor(
                takingOver: file.withPlatformString { open($0, O_RDONLY | O_CLOEXEC) })
            digest = try ContentDigest(
                expected.algorithm, of: FileDescriptor(rawValue: descriptor.rawValue)
            ) { size += Int64($0) }
        } catch {
            throw .noInput("cannot read the data at \(file): \(error)")
        }
        guard digest == expected else {
            throw .invalid("\(file) does not match: expected \(expected), got \(digest)")
        }
        (self.path, self.size) = (file, size)
    }

    private static func isFolder(_ path: FilePath) -> Bool {
        FileStatus(withoutFollowing: path)?.kind == .folder
    }
}
