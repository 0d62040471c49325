import LinuxSystem
import SystemPackage

/// The configuration of `pierdatd`.
public struct SupervisorConfiguration: Sendable {
    /// The path of the seed list.
    public var seedList: FilePath
    /// The folder for the sockets. nil for no sockets.
    public var runFolder: FilePath?
    /// The file that contains our pid while we run. nil for no file.
    public var pidFile: FilePath?
    /// True if ``BackgroundStart`` started us. It waits until we are ready. In this case the run
    /// folder and the pid file are required, because scripts find us by them.
    public var isInBackground = false
    /// The service manager that started us and wants notifications.
    public var serviceManager: ServiceManagerSettings?
    /// The folder that is searched first for programs of the seed list.
    public var programs: FilePath
    /// The value of PATH.
    public var path: String?
    /// The container's program with its arguments. Empty if there is none.
    public var command: [ArgumentWord] = []
    /// Forward signals to the program's whole process group.
    public var forwardsToGroup = false
    /// Stop when our parent process dies.
    public var diesWithParent = false
    /// False if nothing in the seed list is to be started.
    public var seeds = true
    /// The level of our own log messages.
    public var logLevel = LogLevel.standard
    /// The log file. nil for standard error.
    public var logFile: FilePath?
    /// The size in bytes at which the log file is rotated.
    public var logFileSize = 1 << 20
    /// How long processes may take to stop before they are killed.
    public var grace = GracePeriod.standard
    /// How soon an ended child is restarted.
    public var restartPolicy = RestartPolicy()
    /// Problems with the settings. They are logged after the program has started.
    public var warnings: [String] = []

    public init(seedList: FilePath, programs: FilePath) {
        self.seedList = seedList
        self.programs = programs
    }

    /// True if `pierdatd` can run without the run folder despite `reason`.
    func canDoWithoutRunFolder(_ reason: StartFailure) -> Bool {
        switch reason {
        case .runsAlready: !command.isEmpty
        case .cannotMake: !isInBackground
        }
    }
}
