import BitTorrent
import Digest
import Glibc
import LinuxSystem
import SystemPackage

/// A file whose digest is known and right, and the torrent by which it is seeded.
public struct SeedableFile: Sendable {
    /// The absolute path.
    public let path: FilePath
    /// The digest that was expected, or the SHA-256.
    public let digest: ContentDigest
    /// The canonical torrent. nil for an empty file, of which there is none.
    public let torrent: TorrentParameters?

    init(path: FilePath, digest: ContentDigest, torrent: TorrentParameters?) {
        self.path = path
        self.digest = digest
        self.torrent = torrent
        torrent?.digest = digest
    }

    /// Verifies an existing file, at `path` or as the file of `source` in the folder `path`. Throws if it does
    /// not have the digest of `source`.
    public init(verifying source: WebSource, at path: FilePath) throws(TorrentError) {
        guard let expected = source.digest else {
            throw .invalid(
                """
                \(source.urls.first?.redacted ?? ""): without a digest in the URL (#sha256=HEX) nothing tells \
                whether the data is right
                """)
        }
        var file = path
        do throws(Errno) {
            file = try path.resolved()
            if let name = source.fileName, FileStatus(withoutFollowing: file)?.kind == .folder {
                file.append(name.text)
            }
        } catch {
            throw .noInput("cannot read the data at \(file): \(error)")
        }
        guard let found = try Self(of: file, expecting: expected) else {
            throw .invalid("\(file) does not have the digest \(expected)")
        }
        self = found
    }

    /// nil if the file at `path` has another digest.
    init?(of path: FilePath, expecting expected: ContentDigest) throws(TorrentError) {
        var size: Int64 = 0
        do throws(Errno) {
            let file = try OwnedDescriptor(
                takingOver: path.withPlatformString { open($0, O_RDONLY | O_CLOEXEC) })
            let digest = try ContentDigest(
                expected.algorithm, of: FileDescriptor(rawValue: file.rawValue)
            ) { size += Int64($0) }
            guard digest == expected else { return nil }
        } catch {
            throw .noInput("cannot read the data at \(path): \(error)")
        }
        let torrent =
            size == 0
            ? nil
            : try Publication(canonical: path).makeTorrent(progress: { _ in }, say: { _ in })
        self.init(path: path, digest: expected, torrent: torrent)
    }
}
