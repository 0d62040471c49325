import BackendContract
import EnvironmentSettings
import LinuxSystem
import SystemPackage

/// The paths of this installation, relative to the executable (`PREFIX/usr/bin/pierdat`), so that
/// an overlay works in any folder. What is written at run time may be in a state folder elsewhere.
struct Installation: Sendable {
    /// The folder that takes the place of `/`.
    let prefix: FilePath
    /// PIERDAT_STATE. nil if it is not set.
    let stateFolder: FilePath?

    init(prefix: FilePath, stateFolder: FilePath? = nil) {
        self.prefix = prefix
        self.stateFolder = stateFolder
    }

    /// The installation that contains the running executable, with the state folder of `environment`.
    static func current(
        environment: [String: String] = ProcessEnvironment.current
    ) throws -> Installation {
        Installation(prefix: try ownPrefix(), stateFolder: try stateFolder(of: environment))
    }

    /// The prefix of the running executable.
    static func ownPrefix() throws(Errno) -> FilePath {
        guard let executable = ExecutableFile.ownPath else { throw .noSuchFileOrDirectory }
        let folder = executable.removingLastComponent()
        guard folder.ends(with: "usr/bin") else { return "/" }
        return folder.removingLastComponent().removingLastComponent()
    }

    /// PIERDAT_STATE. nil if it is not set. Throws if it cannot be a folder's absolute path.
    static func stateFolder(of environment: [String: String]) throws(SettingError) -> FilePath? {
        guard let text = environment[.state], !text.isEmpty else { return nil }
        let path = FilePath(text).lexicallyNormalized()
        guard path.isAbsolute, !path.components.isEmpty, !text.contains(where: \.isNewline) else {
            throw SettingError(
                name: EnvironmentVariable.state.rawValue, value: text,
                expected: "the absolute path of a folder")
        }
        return path
    }

    /// The folder of the programs and the backends.
    var programs: FilePath { prefix.appending("usr/bin") }
    /// The seed list to which `pierdat` appends.
    var seedList: FilePath { stateFolder?.appending("pier.dat") ?? imageSeedList }
    /// The seed lists that `pierdatd` reads: the image's, then that of the state folder.
    var seedLists: [FilePath] { stateFolder == nil ? [seedList] : [imageSeedList, seedList] }
    /// The get list to which `pierdat --at-start` appends.
    var getList: FilePath { stateFolder?.appending("pier.get") ?? imageGetList }
    /// The get lists that `pierdatd` reads: the image's, then that of the state folder.
    var getLists: [FilePath] { stateFolder == nil ? [getList] : [imageGetList, getList] }
    /// The folder with a marker for each line of the get list that is complete.
    var startMarkers: FilePath {
        (stateFolder ?? prefix.appending("var/lib/pierdat")).appending("complete")
    }
    /// Persistent data: the metadata of torrents.
    var state: FilePath {
        stateFolder?.appending("torrents") ?? prefix.appending("var/lib/pierdat")
    }
    /// Data that must not survive a reboot: the sockets of `pierdatd`.
    var run: FilePath { stateFolder?.appending("run") ?? prefix.appending("run/pierdat") }

    /// The pid file of `pierdatd --background`, which scripts read.
    var pidFile: FilePath { prefix.appending("run/pierdatd.pid") }

    private var imageSeedList: FilePath { prefix.appending("etc/pier.dat") }
    private var imageGetList: FilePath { prefix.appending("etc/pier.get") }
}
