import Glibc

/// Reports the counters of a download's session.
struct SessionMeter {
    private let meter: DownloadMeter
    private let session: Session
    private var counts = EventCounts()

    /// How long to wait for the last counters, in milliseconds.
    private static let patience: CInt = 1000

    init(_ meter: DownloadMeter, of session: Session) {
        self.meter = meter
        self.session = session
    }

    /// Asks for new counters, which arrive as an event.
    func request() { session.requestCounters() }

    /// Takes the counters if `events` say that they have arrived, which it returns.
    @discardableResult mutating func take(_ events: [SessionEvent]) -> Bool {
        counts.take(events)
        guard events.contains(.counters) else { return false }
        meter.note(session: session.counters.samples + counts.samples)
        return true
    }

    /// Takes the counters as they are now, and ends. Events that arrive meanwhile are dropped.
    mutating func takeLast() {
        request()
        var ready = pollfd(fd: session.eventsReady.rawValue, events: Int16(POLLIN), revents: 0)
        while poll(&ready, 1, Self.patience) > 0, !take(session.takeEvents()) {}
        end()
    }

    /// Keeps the counters after the end of the session.
    func end() { meter.endSession() }
}
