import LinuxSystem

/// Records the runs of one child and computes when the next one starts.
struct RestartHistory: Sendable {
    /// Consecutive runs that ended without being healthy in between.
    private(set) var failures = 0
    /// The number of all ended runs.
    private(set) var restarts = 0
    private(set) var lastEnd: TerminationStatus?

    /// Records that the child ended at `now` and returns when to restart it. `start` is nil if the
    /// child could not be started.
    mutating func recordEnd<Instant: InstantProtocol<Duration>>(
        _ end: TerminationStatus, ofLifeSince start: Instant?, at now: Instant,
        policy: RestartPolicy,
        using generator: inout some RandomNumberGenerator
    ) -> Instant {
        let lifetime = start?.duration(to: now) ?? .zero
        failures = policy.failures(after: failures, lifetime: lifetime)
        restarts += 1
        lastEnd = end
        // Wrong settings cannot change while the container runs, so wait for the longest delay.
        let weight = end == RestartPolicy.misuse ? Int.max : failures
        return now.advanced(by: policy.delay(afterFailures: weight, using: &generator))
    }
}
