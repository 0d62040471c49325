/// Limits how many processes are started at once, so that a thousand starts or restarts leave CPU
/// time for other programs.
struct StartPace<Instant: InstantProtocol<Duration>> {
    /// The number of processes started in one interval.
    static var startsAtOnce: Int { 4 }
    /// The length of an interval.
    static var interval: Duration { .milliseconds(25) }

    private var end: Instant?
    private var left = 0

    /// The earliest time of the next start. nil if it may happen now.
    var pause: Instant? { left > 0 ? nil : end }

    /// True if a process may be started at `now`. Counts it as started.
    mutating func take(at now: Instant) -> Bool {
        if end.map({ $0 <= now }) ?? true {
            end = now.advanced(by: Self.interval)
            left = Self.startsAtOnce
        }
        guard left > 0 else { return false }
        left -= 1
        return true
    }
}
