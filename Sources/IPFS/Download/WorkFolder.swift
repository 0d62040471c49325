import BitTorrent
import Glibc
import LinuxSystem
import Origins
import SystemPackage

/// The folder in DEST for files that are not complete. Its name starts with a dot and ends with `.part`, so that nobody
/// mistakes it for data.
final class WorkFolder: Sendable {
    let path: FilePath
    private let descriptor: OwnedDescriptor

    /// A lock (flock(2)) cannot be waited for together with signals.
    private static let lockInterval = Duration.milliseconds(200)

    /// Opens or creates the folder in `folder` for the data that `key` identifies. Waits while another process has it
    /// open, after `say` has printed why.
    init(
        in folder: FilePath, key: String, _ interruption: Interruption, say: (String) -> Void
    ) throws(TorrentError) {
        path = folder.appending(".pierdat-\(PartialFile.stem(of: key)).part")
        var hasWaited = false
        while true {
            let opened = try Self.opened(path)
            let isLocked = flock(opened.rawValue, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
            // A process that finishes deletes the folder, so after a wait it is opened again.
            if isLocked, Self.isFolder(opened, at: path) {
                descriptor = opened
                return
            }
            guard !isLocked else { continue }
            if !hasWaited {
                say("waiting for another pierdat that downloads the same data to \(path)")
            }
            hasWaited = true
            try interruption.wait(atMost: Self.lockInterval)
        }
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

    /// False if the folder at `path` is another by now.
    private static func isFolder(_ folder: OwnedDescriptor, at path: FilePath) -> Bool {
        var (own, named) = (stat(), stat())
        return fstat(folder.rawValue, &own) == 0
            && path.withPlatformString({ lstat($0, &named) }) == 0
            && own.st_ino == named.st_ino && own.st_dev == named.st_dev
    }

    /// Where the file at `path` of the data is until it is complete.
    func place(of path: FilePath) -> FilePath {
        self.path.appending(PartialFile.stem(of: path.string))
    }

    /// Bytes that are allocated for files in the folder.
    var allocated: Int64 {
        FolderTree(path).names().reduce(0) {
            $0 + (FileStatus(withoutFollowing: path.pushing($1))?.held ?? 0)
        }
    }

    /// Deletes the folder if it is empty.
    func removeIfEmpty() {
        path.withPlatformString { _ = rmdir($0) }
    }

    /// Deletes the folder with what earlier runs may have left in it.
    func remove() {
        for name in FolderTree(path).names() {
            path.pushing(name).withPlatformString { _ = unlink($0) }
        }
        removeIfEmpty()
    }
}
