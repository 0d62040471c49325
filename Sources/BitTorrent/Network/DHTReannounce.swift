import LinuxSystem
import SystemPackage

/// Tells when torrents are to be announced to the DHT, and asked for there, beside libtorrent's own rhythm
/// of 15 minutes. That begins when a torrent is added, which is before the names of the first nodes are
/// resolved, and it misses nodes that start after us.
struct DHTReannounce {
    private let timer: TimerDescriptor
    private let isOn: Bool
    private var pause = Self.firstPause

    private static let firstPause = Duration.seconds(1)
    /// How long it takes at most until it is due again.
    private static let longestPause = Duration.seconds(15)

    /// Readable when it is due; never where the DHT is off.
    var due: OwnedDescriptor { timer.descriptor }

    init(_ dht: EngineConfiguration.DHT) throws(Errno) {
        timer = try TimerDescriptor()
        isOn = dht != .off
        if isOn { try timer.set(after: pause) }
    }

    /// Begins anew: there may be nodes now that could not be reached before.
    mutating func begin() {
        guard isOn else { return }
        pause = Self.firstPause
        try? timer.set(after: pause)
    }

    /// Takes note that it was due. Where `goesOn`, it will be again, later each time.
    mutating func next(goesOn: Bool) {
        timer.clear()
        guard goesOn else { return }
        pause = min(pause * 3 / 2, Self.longestPause)
        // A timer that was set once can be set again.
        try? timer.set(after: pause)
    }
}
