import BitTorrent
import Glibc
import LinuxSystem
import SystemPackage

/// A folder in DEST for files that are not complete. Its name starts with a dot, so that nobody mistakes it for data.
package final class HiddenFolder: Sendable {
    /// The path of the folder.
    package let path: FilePath

    /// Creates the folder in `folder` for the data that `key` identifies, unless it is there.
    package init(in folder: FilePath, key: String) throws(TorrentError) {
        path = folder.appending(".pierdat-\(PartialFile.stem(of: key))")
        do throws(Errno) {
            try Folder.make(path)
            // Not a link, which could lead out of DEST.
            guard FileStatus(withoutFollowing: path)?.kind == .folder else { throw .notDirectory }
        } catch {
            throw .shortage(error) ?? .cannotWrite(path, error)
        }
    }

    /// Deletes the folder if it is empty.
    package func removeIfEmpty() {
        path.withPlatformString { _ = rmdir($0) }
    }

    /// Deletes the folder with everything in it.
    package func remove() {
        Self.delete(path)
    }

    /// Deletes the folder at `path` with everything in it, if it is a folder.
    static func delete(_ path: FilePath) {
        guard FileStatus(withoutFollowing: path)?.kind == .folder else { return }
        FolderTree(path).visit { try? $0.remove() }
        // The walk does not delete the folder where it begins.
        path.withPlatformString { _ = rmdir($0) }
    }
}
