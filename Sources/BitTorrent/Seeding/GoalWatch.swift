import LinuxSystem
import SystemPackage

/// Sees when torrents have been seeded enough. Without a goal it never wakes anybody.
struct GoalWatch {
    private let goal: SeedingGoal
    private let timer: TimerDescriptor
    private let clock = ContinuousClock()
    private var starts: [UInt64: ContinuousClock.Instant] = [:]

    /// How often is looked, and how many torrents at most with one look a second.
    private static let interval = Duration.seconds(1)
    private static let torrentsASecond = 100

    /// Readable when it is time to look.
    var due: OwnedDescriptor { timer.descriptor }

    init(_ goal: SeedingGoal) throws(Errno) {
        self.goal = goal
        timer = try TimerDescriptor()
        if goal.isSet { try timer.set(after: Self.interval, every: Self.interval) }
    }

    /// The torrent that `token` names is seeded from now on.
    mutating func begin(_ token: UInt64) {
        starts[token] = clock.now
    }

    mutating func forget(_ token: UInt64) {
        starts[token] = nil
    }

    /// The torrents that have been seeded enough, each named once, and what they have reached.
    mutating func reached(by status: (UInt64) -> TorrentStatus?) -> [(
        token: UInt64, reached: String
    )] {
        timer.clear()
        let now = clock.now
        var ended: [(token: UInt64, reached: String)] = []
        for (token, start) in starts {
            guard let status = status(token) else { continue }
            if let reached = goal.reached(by: status, after: start.duration(to: now)) {
                ended.append((token, reached))
                starts[token] = nil
            }
        }
        // Many torrents take long to look at.
        let interval = Self.interval * max(1, starts.count / Self.torrentsASecond)
        try? timer.set(after: interval, every: interval)
        return ended
    }
}
