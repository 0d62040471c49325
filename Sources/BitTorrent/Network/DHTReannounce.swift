import LinuxSystem
import SystemPackage

/// Schedules additional DHT announces and lookups. libtorrent announces when a torrent is added,
/// before the names of the bootstrap nodes are resolved, and then every 15 minutes. That misses
/// nodes that start later.
struct DHTReannounce {
    private let timer: TimerDescriptor
    private let isOn: Bool
    private var pause = Self.firstPause

    private static let firstPause = Duration.seconds(1)
    /// The longest delay between two announces.
    private static let longestPause = Duration.seconds(15)

    /// Readable when an announce is due. Never if the DHT is off.
    var due: OwnedDescriptor { timer.descriptor }

    init(_ dht: EngineConfiguration.DHT) throws(Errno) {
        timer = try TimerDescriptor()
        isOn = dht != .off
        if isOn { try timer.set(after: pause) }
    }

    /// Starts over, because new nodes may be reachable.
    mutating func begin() {
        guard isOn else { return }
        pause = Self.firstPause
        try? timer.set(after: pause)
    }

    /// Clears the timer. If `goesOn`, schedules the next announce with a longer delay.
    mutating func next(goesOn: Bool) {
        timer.clear()
        guard goesOn else { return }
        pause = min(pause * 3 / 2, Self.longestPause)
        // Cannot fail, because the timer was set before.
        try? timer.set(after: pause)
    }
}
