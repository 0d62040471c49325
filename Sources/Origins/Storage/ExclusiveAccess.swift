import BitTorrent
import Glibc
import LinuxSystem
import SystemPackage

/// A file or folder in DEST that only one process at a time uses, until this value is gone (flock(2)).
final class ExclusiveAccess: Sendable {
    let descriptor: OwnedDescriptor
    /// True if another process had it first.
    let hasWaited: Bool

    /// A lock cannot be waited for together with signals.
    private static let interval = Duration.milliseconds(200)

    /// Opens the file or folder at `path` by `open`. Waits while another process has it, after `say` has printed why.
    /// A process that finishes renames or deletes it, so it is opened again until what is locked has the path
    /// and `isUsable` accepts it.
    init(
        to path: FilePath, _ interruption: Interruption, say: (String) -> Void,
        open: () throws(TorrentError) -> OwnedDescriptor, isUsable: (stat) -> Bool = { _ in true }
    ) throws(TorrentError) {
        var hasWaited = false
        while true {
            let opened = try open()
            let isLocked = flock(opened.rawValue, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
            if isLocked, let status = Self.status(of: opened, at: path), isUsable(status) {
                descriptor = opened
                self.hasWaited = hasWaited
                return
            }
            guard !isLocked else { continue }
            if !hasWaited {
                say("waiting for another pierdat that downloads the same data to \(path)")
            }
            hasWaited = true
            try interruption.wait(atMost: Self.interval)
        }
    }

    /// nil if there is something else at `path` by now.
    private static func status(of opened: OwnedDescriptor, at path: FilePath) -> stat? {
        var (own, named) = (stat(), stat())
        guard fstat(opened.rawValue, &own) == 0,
            path.withPlatformString({ lstat($0, &named) }) == 0,
            own.st_ino == named.st_ino, own.st_dev == named.st_dev
        else { return nil }
        return own
    }
}
