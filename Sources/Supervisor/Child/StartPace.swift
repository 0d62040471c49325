/// How many processes may be started together: a few at a time, so that a thousand that begin or fail at
/// once leave the processor to others.
struct StartPace<Instant: InstantProtocol<Duration>> {
    /// So many are started together;
    static var startsAtOnce: Int { 4 }
    /// the next ones follow after this time.
    static var interval: Duration { .milliseconds(25) }

    private var end: Instant?
    private var left = 0

    /// The soonest that another one may be started; nil where that is now.
    var pause: Instant? { left > 0 ? nil : end }

    /// Whether one may be started at `now`; it then counts as started.
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
