import LinuxSystem
import SystemPackage

/// The configuration of `pierdatd`.
public struct SupervisorConfiguration: Sendable {
    /// What is seeded.
    public var seeding: Seeding
    /// What is downloaded first. nil if nothing is.
    public var downloads: DownloadSettings?
    /// The folder for the sockets.
    public var runFolder: FilePath
    /// How the daemon was started.
    public var start = Start.inForeground
    /// The service manager that started us and wants notifications.
    public var serviceManager: ServiceManagerSettings?
    /// The container's program. nil if there is none.
    public var program: Program?
    /// Stop when our parent process dies.
    public var diesWithParent = false
    /// Where messages go.
    public var log = LogSettings()
    /// Where `/metrics` is served by HTTP. nil if it is not.
    public var metrics: ListenAddress?
    /// How long processes may take to stop before they are killed.
    public var grace = GracePeriod.standard
    /// Problems with the settings. They are logged after the program has started.
    public var warnings: [String] = []

    /// Runs `seeding` in the foreground, without a container's program.
    public init(seeding: Seeding, runFolder: FilePath) {
        self.seeding = seeding
        self.runFolder = runFolder
    }

    /// What is seeded, and by which programs.
    public struct Seeding: Sendable {
        /// The seed lists, whose lines are served together. Not empty. `pierdat` appends to the last one.
        public var seedLists: [FilePath]
        /// Finds the programs of the seed list.
        public var finder: ProgramFinder
        /// False if nothing in the seed list is to be started.
        public var isOn = true
        /// How soon an ended child is restarted.
        public var restartPolicy = RestartPolicy()

        /// Seeds everything on `seedLists`, with programs that `finder` finds.
        public init(seedLists: [FilePath], finder: ProgramFinder) {
            self.seedLists = seedLists
            self.finder = finder
        }
    }

    /// How the daemon was started.
    public enum Start: Sendable {
        /// By a program that waits for its end.
        case inForeground
        /// By ``BackgroundStart``, which waits until we are ready. The run folder and the file with our pid are
        /// required, because scripts find us by them.
        case inBackground(pidFile: FilePath)
    }

    /// The container's program.
    public struct Program: Sendable {
        /// The program with its arguments. Not empty.
        public var words: [ArgumentWord]
        /// Forward signals to its whole process group.
        public var forwardsToGroup: Bool

        /// The program `words[0]`, with its arguments. `words` must not be empty.
        public init(words: [ArgumentWord], forwardsToGroup: Bool) {
            self.words = words
            self.forwardsToGroup = forwardsToGroup
        }
    }

    /// Where messages go.
    public struct LogSettings: Sendable {
        /// The level of our own messages.
        public var level = LogLevel.standard
        /// The format of our own lines and of the lines that children write.
        public var format = LogFormat.text
        /// nil for standard error.
        public var file: FilePath?
        /// The size in bytes at which the file is rotated.
        public var fileSize = 1 << 20
    }

    /// True if `pierdatd` can run without the run folder despite `reason`.
    func canDoWithoutRunFolder(_ reason: StartFailure) -> Bool {
        switch (reason, start) {
        case (.runsAlready, _): program != nil
        case (.cannotMake, .inForeground): true
        case (.cannotMake, .inBackground): false
        }
    }
}
