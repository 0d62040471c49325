import LinuxSystem

/// The lives of one child so far, and when its next one begins.
struct RestartHistory: Sendable {
    /// Ends in a row without a healthy life between them.
    private(set) var failures = 0
    /// Ends altogether.
    private(set) var restarts = 0
    private(set) var lastEnd: TerminationStatus?

    /// Takes down that the child has ended at `now`, whatever its status, and tells when it is to be
    /// started again. `start` is nil where it never came to life.
    mutating func recordEnd<Instant: InstantProtocol<Duration>>(
        _ end: TerminationStatus, ofLifeSince start: Instant?, at now: Instant,
        policy: RestartPolicy,
        using generator: inout some RandomNumberGenerator
    ) -> Instant {
        let lifetime = start?.duration(to: now) ?? .zero
        failures = policy.failures(after: failures, lifetime: lifetime)
        restarts += 1
        lastEnd = end
        // Settings do not change while they are those of one container.
        let weight = end == RestartPolicy.misuse ? Int.max : failures
        return now.advanced(by: policy.delay(afterFailures: weight, using: &generator))
    }
}
