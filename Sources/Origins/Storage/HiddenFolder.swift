import BitTorrent
import Glibc
import LinuxSystem
import SystemPackage

/// A folder in DEST for files that are not complete. Its name starts with a dot, so that nobody mistakes it for data.
/// Only one process at a time uses it.
package final class HiddenFolder: Sendable {
    /// The path of the folder.
    package let path: FilePath
    private let access: ExclusiveAccess

    /// Opens or creates the folder in `folder` for the data that `key` identifies. Waits while another process has it,
    /// after `say` has printed why.
    package init(
        in folder: FilePath, key: String, _ interruption: Interruption, say: (String) -> Void
    ) throws(TorrentError) {
        let path = folder.appending(".pierdat-\(PartialFile.stem(of: key))")
        self.path = path
        access = try ExclusiveAccess(
            to: path, interruption, say: say,
            open: { () throws(TorrentError) in try Self.opened(path) })
    }

    private static func opened(_ path: FilePath) throws(TorrentError) -> OwnedDescriptor {
        do throws(Errno) {
            try Folder.make(path)
            return try OwnedDescriptor(
                takingOver: path.withPlatformString {
                    open($0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                })
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
