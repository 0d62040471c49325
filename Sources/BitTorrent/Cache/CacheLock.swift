import Glibc
import LinuxSystem
import SystemPackage

/// The right to use what a cache holds of one torrent, or to drop it: the file `INFOHASH.lock`, locked by
/// flock(2) for as long as this lives. Whoever drops an entry removes that file last.
struct CacheLock {
    private let file: OwnedDescriptor

    /// Waits as long as another process holds it. Makes the file where it is missing.
    init(waitingAt path: FilePath, say: (String) -> Void) throws(Errno) {
        var hasSaid = false
        while true {
            let file = try Self.open(path, O_RDWR | O_CREAT)
            if flock(file.rawValue, LOCK_EX | LOCK_NB) != 0 {
                if errno == EWOULDBLOCK, !hasSaid {
                    say("another process gets this data into the cache: waiting for it")
                    hasSaid = true
                }
                try Self.wait(for: file)
            }
            // The one who had it may have dropped the entry: then this file is no longer the lock.
            guard Self.isStill(file, at: path) else { continue }
            self.file = file
            return
        }
    }

    /// nil where another process holds it, and where there is none.
    init?(unlessHeldAt path: FilePath) {
        guard let file = try? Self.open(path, O_RDWR), flock(file.rawValue, LOCK_EX | LOCK_NB) == 0,
            Self.isStill(file, at: path)
        else { return nil }
        self.file = file
    }

    /// Beside others who only read, which may be all that this user is allowed to. nil as above.
    init?(readingAt path: FilePath) {
        guard let file = try? Self.open(path, O_RDONLY),
            flock(file.rawValue, LOCK_SH | LOCK_NB) == 0, Self.isStill(file, at: path)
        else { return nil }
        self.file = file
    }

    private static func open(_ path: FilePath, _ flags: CInt) throws(Errno) -> OwnedDescriptor {
        // What lies in a cache may be a link that leads elsewhere, or a FIFO.
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
