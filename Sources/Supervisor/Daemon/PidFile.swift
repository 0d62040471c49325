import Glibc
import LinuxSystem
import SystemPackage

/// The daemon's pid file for scripts. It contains `PID` and a newline while the daemon runs.
struct PidFile {
    private let path: FilePath

    /// Writes our pid. The run folder must be locked, so an existing file is left from a dead
    /// daemon.
    init(_ path: FilePath) throws(Errno) {
        self.path = path
        try AtomicFile.write(Array("\(getpid())\n".utf8), to: path)
    }

    /// Removes the file at a clean exit.
    func remove() {
        path.withPlatformString { _ = unlink($0) }
    }
}
