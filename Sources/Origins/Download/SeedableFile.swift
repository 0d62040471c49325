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
    /// The canonical torrent. nil for an empty file, which has none.
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
        guard FileStatus(of: file) != nil else {
            throw .invalid("the data is missing: there is no \(file)")
        }
        guard let found = try Self(of: file, expecting: expected) else {
            throw .invalid("\(file) does not have the digest \(expected)")
        }
        self = found
    }

    /// The file of `source` in `folder`. nil if it is not there, or its digest is not known or another one.
    init?(
        of source: WebSource, presentIn folder: FilePath, say: (String) -> Void
    ) throws(TorrentError) {
        guard let name = source.fileName else { return nil }
        let path = folder.appending(name.text)
        let kind = FileStatus(withoutFollowing: path)?.kind
        if kind == .folder { throw .inTheWay("\(path): it is a folder") }
        guard kind == .file, let expected = source.digest else { return nil }
        guard let file = try Self(of: path, expecting: expected) else {
            say("\(path) has other data and will be replaced")
            return nil
        }
        say("all of the data is there already and verified")
        self = file
    }

    /// nil if the file at `path` has another digest.
    init?(of path: FilePath, expecting expected: ContentDigest) throws(TorrentError) {
        guard let size = try Self.size(of: path, expecting: expected) else { return nil }
        let torrent =
            size == 0
            ? nil
            : try Publication(canonical: path).makeTorrent(progress: { _ in }, say: { _ in })
        self.init(path: path, digest: expected, torrent: torrent)
    }

    /// The size of the file at `path` in bytes. nil if it has another digest.
    static func size(
        of path: FilePath, expecting expected: ContentDigest
    ) throws(TorrentError) -> Int64? {
        guard let hasher = ContentHasher(expected.algorithm.function) else {
            throw .noResource(ResourceShortage(.memory, .noMemory))
        }
        do throws(Errno) {
            let file = try OwnedDescriptor(
                takingOver: path.withPlatformString { open($0, O_RDONLY | O_CLOEXEC) })
            let size = try withExtendedLifetime(file) { () throws(Errno) in
                try hasher.add(FileDescriptor(rawValue: file.rawValue), 0..<Int64.max)
            }
            return hasher.finish(as: expected.algorithm) == expected ? size : nil
        } catch {
            throw .noInput("cannot read the data at \(path): \(error)")
        }
    }
}
