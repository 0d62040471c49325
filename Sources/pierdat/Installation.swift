import LinuxSystem
import SystemPackage

/// The paths of this installation, relative to the executable (`PREFIX/usr/bin/pierdat`), so that
/// an overlay works in any folder.
struct Installation: Sendable {
    /// The folder that takes the place of `/`.
    let prefix: FilePath

    init(prefix: FilePath) {
        self.prefix = prefix
    }

    /// The installation that contains the running executable.
    static func current() throws(Errno) -> Installation {
        guard let executable = ExecutableFile.ownPath else { throw .noSuchFileOrDirectory }
        let folder = executable.removingLastComponent()
        guard folder.ends(with: "usr/bin") else { return Installation(prefix: "/") }
        return Installation(prefix: folder.removingLastComponent().removingLastComponent())
    }

    /// The folder of the programs and the backends.
    var programs: FilePath { prefix.appending("usr/bin") }
    /// The seed list.
    var seedList: FilePath { prefix.appending("etc/pier.dat") }
    /// Persistent data: the metadata of torrents.
    var state: FilePath { prefix.appending("var/lib/pierdat") }
    /// Data that must not survive a reboot: the sockets of `pierdatd`.
    var run: FilePath { prefix.appending("run/pierdat") }

    /// The pid file of `pierdatd --background`.
    var pidFile: FilePath { prefix.appending("run/pierdatd.pid") }
}
