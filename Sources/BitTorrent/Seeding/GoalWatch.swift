import LinuxSystem
import SystemPackage

/// Detects which torrents have reached the seeding goal. Without a goal it never wakes up.
struct GoalWatch {
    private let goal: SeedingGoal
    private let timer: TimerDescriptor
    private let clock = ContinuousClock()
    private var starts: [UInt64: ContinuousClock.Instant] = [:]

    /// The interval between checks, for up to this many torrents. It grows with their number.
    private static let interval = Duration.seconds(1)
    private static let torrentsASecond = 100

    /// Readable when a check is due.
    var due: OwnedDescriptor { timer.descriptor }

    init(_ goal: SeedingGoal) throws(Errno) {
        self.goal = goal
        timer = try TimerDescriptor()
        if goal.isSet { try timer.set(after: Self.interval, every: Self.interval) }
    }

    /// Starts the seeding time of a torrent.
    mutating func begin(_ token: UInt64) {
        starts[token] = clock.now
    }

    mutating func forget(_ token: UInt64) {
        starts[token] = nil
    }

    /// The torrents that have reached the goal, with what they have reached. Each is returned once.
    mutating func reached(by status: (UInt64) -> TorrentStatus?) -> [(
        token: UInt64, reached: SeedingGoal.Reached
    )] {
        timer.clear()
        let now = clock.now
        var ended: [(token: UInt64, reached: SeedingGoal.Reached)] = []
        for (token, start) in starts {
            guard let status = status(token) else { continue }
            if let reached = goal.reached(by: status, after: start.duration(to: now)) {
                ended.append((token, reached))
                starts[token] = nil
            }
        }
        // Checking many torrents takes long.
        let interval = Self.interval * max(1, starts.count / Self.torrentsASecond)
        try? timer.set(after: interval, every: interval)
        return ended
    }
}
