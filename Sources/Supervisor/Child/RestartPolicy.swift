import LinuxSystem

/// How soon an ended child is restarted.
public struct RestartPolicy: Sendable {
    /// The delay after the first failure.
    public var firstDelay: Duration = .seconds(1)
    /// The upper limit of the delay, which doubles after each failure.
    public var longestDelay: Duration = .seconds(60)
    /// The random variation of a delay as a fraction, so that children do not restart in lockstep.
    public var jitter = 0.2
    /// A child that has run for this long starts over with the first delay.
    public var healthyLifetime: Duration = .seconds(60)

    /// EX_USAGE of sysexits(3): the child's settings are wrong. It gets the longest delay
    /// immediately.
    static let misuse = TerminationStatus.exited(64)

    /// Delays from 1 s to 60 s, as docs/backends.md promises.
    public init() {}

    /// The delay after `failures` consecutive failures (1 or more).
    public func delay(
        afterFailures failures: Int, using generator: inout some RandomNumberGenerator
    ) -> Duration {
        var delay = firstDelay
        for _ in 1..<max(1, min(failures, 64)) where delay < longestDelay { delay *= 2 }
        return min(delay, longestDelay)
            * Double.random(in: 1 - jitter...1 + jitter, using: &generator)
    }

    /// The number of consecutive failures after another run, which lasted `lifetime`.
    public func failures(after failures: Int, lifetime: Duration) -> Int {
        lifetime >= healthyLifetime ? 1 : failures + 1
    }
}
