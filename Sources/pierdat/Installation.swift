import LinuxSystem
import SystemPackage

/// Where the files of this installation lie, worked out from the executable's own place
/// (`PREFIX/usr/bin/pierdat`), so that an overlay works from any folder.
struct Installation: Sendable {
    /// The folder that stands for `/`.
    let prefix: FilePath

    init(prefix: FilePath) {
        self.prefix = prefix
    }

    /// The installation that the running executable belongs to.
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
    /// What must outlive a run: torrents' metadata.
    var state: FilePath { prefix.appending("var/lib/pierdat") }
    /// What must not outlive a boot: `pierdatd`'s socket.
    var run: FilePath { prefix.appending("run/pierdat") }

    /// Where `pierdatd --background` leaves its pid.
    var pidFile: FilePath { prefix.appending("run/pierdatd.pid") }
}
