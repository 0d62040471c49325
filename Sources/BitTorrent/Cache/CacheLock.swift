import Glibc
import LinuxSystem
import SystemPackage

/// The exclusive right to use or delete a torrent in a cache: an flock(2) on the file
/// `INFOHASH.lock` while this value lives. A process that deletes an entry removes the lock file
/// last.
struct CacheLock {
    private let file: OwnedDescriptor

    /// Waits while another process holds the lock. Creates the file if it is missing.
    init(waitingAt path: FilePath, say: (String) -> Void) throws(Errno) {
        var hasSaid = false
        while true {
            let file = try Self.open(path, O_RDWR | O_CREAT)
            if flock(file.rawValue, LOCK_EX | LOCK_NB) != 0 {
                if errno == EWOULDBLOCK, !hasSaid {
                    say("waiting for another process that downloads this data to the cache")
                    hasSaid = true
                }
                try Self.wait(for: file)
            }
            // The previous holder may have deleted the entry and the lock file with it.
            guard Self.isStill(file, at: path) else { continue }
            self.file = file
            return
        }
    }

    /// nil if another process holds the lock, or the file does not exist and is not to be created.
    init?(unlessHeldAt path: FilePath, creating: Bool = false) {
        guard let file = try? Self.open(path, O_RDWR | (creating ? O_CREAT : 0)),
            flock(file.rawValue, LOCK_EX | LOCK_NB) == 0, Self.isStill(file, at: path)
        else { return nil }
        self.file = file
    }

    /// Shares the lock with other readers, for users with read permission only. nil as above.
    init?(readingAt path: FilePath) {
        guard let file = try? Self.open(path, O_RDONLY),
            flock(file.rawValue, LOCK_SH | LOCK_NB) == 0, Self.isStill(file, at: path)
        else { return nil }
        self.file = file
    }

    private static func open(_ path: FilePath, _ flags: CInt) throws(Errno) -> OwnedDescriptor {
        // A file in a cache could be a link to another place, or a FIFO.
        let flags = flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
        let file = try OwnedDescriptor(
            takingOver: path.withPlatformString { Glibc.open($0, flags, 0o644) })
        guard let status = status(of: file), status.st_mode & S_IFMT == S_IFREG else {
            throw .invalidArgument
        }
        return file
    }

    private static func wait(for file: OwnedDescriptor) throws(Errno) {
        while flock(file.rawValue, LOCK_EX) != 0 {
            guard errno == EINTR else { throw Errno(rawValue: errno) }
        }
    }

    private static func isStill(_ file: OwnedDescriptor, at path: FilePath) -> Bool {
        var named = stat()
        guard path.withPlatformString({ lstat($0, &named) }) == 0, let held = status(of: file)
        else { return false }
        return named.st_ino == held.st_ino && named.st_dev == held.st_dev
    }

    private static func status(of file: OwnedDescriptor) -> stat? {
        var information = stat()
        return fstat(file.rawValue, &information) == 0 ? information : nil
    }
}
