import LinuxSystem
import SystemPackage

/// Tells when it is time to look whether data is still there, and of which torrents: some at a time, so that
/// thousands of them, or of files, cost little.
struct PresenceRota {
    private let timer: TimerDescriptor
    private var rest: [UInt64] = []

    /// How soon is looked again,
    private static let pause = Duration.seconds(5)
    /// or so many times what a look took, so that it is a hundredth of the time.
    private static let idleShare = 100
    /// A round is done in so many looks,
    private static let looksARound = 6
    /// but so many torrents are looked at with one look, at least.
    private static let leastTorrents = 100

    /// Readable when it is time to look.
    var due: OwnedDescriptor { timer.descriptor }

    init() throws(Errno) {
        timer = try TimerDescriptor()
        try timer.set(after: Self.pause)
    }

    /// The torrents whose turn it is, out of `all`.
    mutating func next(of all: some Collection<UInt64>) -> ArraySlice<UInt64> {
        timer.clear()
        if rest.isEmpty { rest = Array(all) }
        let count = max(Self.leastTorrents, (all.count + Self.looksARound - 1) / Self.looksARound)
        let turn = rest.suffix(count)
        rest.removeLast(turn.count)
        return turn
    }

    /// Plans the next look, after one that took so long.
    func plan(after took: Duration) {
        // A timer that was set once can be set again.
        try? timer.set(after: max(Self.pause, took * Self.idleShare))
    }
}
