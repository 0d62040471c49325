import SystemPackage

/// What `pierdatd` is told to do.
public struct SupervisorConfiguration: Sendable {
    public var seedList: FilePath
    /// Where programs of the seed list are looked for first.
    public var programs: FilePath
    /// The value of PATH.
    public var path: String?
    /// The container's program with its arguments; none where it is empty.
    public var command: [String] = []
    /// Signals go to the program's whole process group.
    public var forwardsToGroup = false
    /// Silences our own words, but for errors.
    public var isQuiet = false
    /// How long everything has to end before it is killed. A margin below Docker's own ten seconds.
    public var grace: Duration = .seconds(9)
    public var restartPolicy = RestartPolicy()

    public init(seedList: FilePath, programs: FilePath) {
        self.seedList = seedList
        self.programs = programs
    }
}
