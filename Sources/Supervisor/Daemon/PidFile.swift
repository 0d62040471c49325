import Glibc
import LinuxSystem
import SystemPackage

/// The file that holds the pid of a daemon as long as it runs, for scripts: `PID` and a newline.
struct PidFile {
    private let path: FilePath

    /// Writes our pid. The run folder has to be locked: a file that is there is a dead daemon's.
    init(_ path: FilePath) throws(Errno) {
        self.path = path
        try AtomicFile.write(Array("\(getpid())\n".utf8), to: path)
    }

    /// Removes it at a clean end.
    func remove() {
        path.withPlatformString { _ = unlink($0) }
    }
}
