import LinuxSystem
import SystemPackage

/// Schedules checks of whether data is still present. Each check covers only some of the torrents,
/// so that thousands of torrents or files cost little.
struct PresenceRota {
    private let timer: TimerDescriptor
    private var rest: [UInt64] = []

    /// The shortest time between two checks.
    private static let pause = Duration.seconds(5)
    /// The pause is at least this many times the duration of a check, which is 1 % of the time.
    private static let idleShare = 100
    /// The number of checks for all torrents,
    private static let looksARound = 6
    /// with at least this many torrents per check.
    private static let leastTorrents = 100

    /// Readable when a check is due.
    var due: OwnedDescriptor { timer.descriptor }

    init() throws(Errno) {
        timer = try TimerDescriptor()
        try timer.set(after: Self.pause)
    }

    /// The torrents to check next, out of `all`.
    mutating func next(of all: some Collection<UInt64>) -> ArraySlice<UInt64> {
        timer.clear()
        if rest.isEmpty { rest = Array(all) }
        let count = max(Self.leastTorrents, (all.count + Self.looksARound - 1) / Self.looksARound)
        let turn = rest.suffix(count)
        rest.removeLast(turn.count)
        return turn
    }

    /// Schedules the next check, after one that took `took`.
    func plan(after took: Duration) {
        // Cannot fail, because the timer was set before.
        try? timer.set(after: max(Self.pause, took * Self.idleShare))
    }
}
