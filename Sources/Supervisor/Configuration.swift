import LinuxSystem
import SystemPackage

/// What `pierdatd` is told to do.
public struct SupervisorConfiguration: Sendable {
    /// Where it is.
    public var seedList: FilePath
    /// Where the sockets are; nil for none.
    public var runFolder: FilePath?
    /// Where our pid stands as long as we run, for scripts; nil for nowhere.
    public var pidFile: FilePath?
    /// ``BackgroundStart`` has started us: it waits until we are ready, and nothing is started
    /// without the run folder and the file with the pid, by which scripts find us.
    public var isInBackground = false
    /// The one that has started us and wants to be told how we get on.
    public var serviceManager: ServiceManagerSettings?
    /// Where programs of the seed list are looked for first.
    public var programs: FilePath
    /// The value of PATH.
    public var path: String?
    /// The container's program with its arguments; none where it is empty.
    public var command: [ArgumentWord] = []
    /// Signals go to the program's whole process group.
    public var forwardsToGroup = false
    /// Everything ends when the process that started us does.
    public var diesWithParent = false
    /// Whether anything of the seed list is started.
    public var seeds = true
    /// Which of our own words are written.
    public var logLevel = LogLevel.standard
    /// Where the log goes; nil for standard error.
    public var logFile: FilePath?
    /// The size in bytes at which the log file is set aside.
    public var logFileSize = 1 << 20
    /// How long everything has to end before it is killed.
    public var grace = GracePeriod.standard
    /// How soon a child that has ended is started again.
    public var restartPolicy = RestartPolicy()
    /// What is wrong with the settings, to be said once the program runs.
    public var warnings: [String] = []

    public init(seedList: FilePath, programs: FilePath) {
        self.seedList = seedList
        self.programs = programs
    }

    /// Whether to go on without the run folder that cannot be had for `reason`.
    func canDoWithoutRunFolder(_ reason: StartFailure) -> Bool {
        switch reason {
        case .runsAlready: !command.isEmpty
        case .cannotMake: !isInBackground
        }
    }
}
