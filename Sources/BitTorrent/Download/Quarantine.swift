import Digest
import Glibc
import LinuxSystem
import SystemPackage

/// Where a download keeps the file that should have a digest until it is verified: a hidden folder in DEST, so
/// that nothing else has the file's final name, and an existing file is not overwritten.
package struct Quarantine {
    private let destination: FilePath
    /// Contains a folder for each torrent that was tried.
    private let root: FilePath
    /// The folder for the data.
    let folder: FilePath

    /// The beginning of the folder's name.
    static let prefix = ".pierdat-"

    /// For the torrent `key`, which should contain the file with `digest`.
    init(of digest: ContentDigest, torrent key: InfoHash, in destination: FilePath) {
        self.destination = destination
        root = Self.root(of: digest, in: destination)
        folder = root.appending("\(key)")
    }

    /// Moves the verified file to DEST, and deletes what other torrents have left. An existing file of that
    /// name is replaced.
    func release(_ file: FilePath) throws(TorrentError) {
        let path = destination.pushing(file)
        let isMoved = folder.pushing(file).withPlatformString { from in
            path.withPlatformString { rename(from, $0) == 0 }
        }
        guard isMoved else {
            let error = Errno(rawValue: errno)
            throw .cannotWrite(path, error)
        }
        Self.delete(root)
    }

    /// Deletes the data.
    func discard() {
        Self.delete(folder)
        // Fails if another torrent has data there.
        root.withPlatformString { _ = rmdir($0) }
    }

    /// Deletes what torrents of the file with `digest` have left in `destination`.
    package static func clear(of digest: ContentDigest, in destination: FilePath) {
        delete(root(of: digest, in: destination))
    }

    private static func root(of digest: ContentDigest, in destination: FilePath) -> FilePath {
        destination.appending("\(prefix)\(digest.algorithm.rawValue)-\(digest.hex.prefix(16))")
    }

    private static func delete(_ folder: FilePath) {
        FolderTree(folder).visit { try? $0.remove() }
        // The walk does not delete the folder where it begins.
        folder.withPlatformString { _ = rmdir($0) }
    }
}
