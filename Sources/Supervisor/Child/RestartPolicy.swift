import LinuxSystem

/// When a child that has ended is started again.
public struct RestartPolicy: Sendable {
    /// The wait after the first end.
    public var firstDelay: Duration = .seconds(1)
    /// Each further wait is twice the one before, up to this.
    public var longestDelay: Duration = .seconds(60)
    /// A wait is longer or shorter by up to this part of it, so that children do not go in step.
    public var jitter = 0.2
    /// A child that has lived this long begins again with the first wait.
    public var healthyLifetime: Duration = .seconds(60)

    /// How a child ends whose settings are wrong, EX_USAGE of sysexits(3): it waits the longest at once.
    static let misuse = TerminationStatus.exited(64)

    public init() {}

    /// The wait before child number `failures` + 1 in a row, `failures` counted from 1.
    public func delay(
        afterFailures failures: Int, using generator: inout some RandomNumberGenerator
    ) -> Duration {
        var delay = firstDelay
        for _ in 1..<max(1, min(failures, 64)) where delay < longestDelay { delay *= 2 }
        return min(delay, longestDelay)
            * Double.random(in: 1 - jitter...1 + jitter, using: &generator)
    }

    /// How many ends in a row there have been after one more, of a child that lived for `lifetime`.
    public func failures(after failures: Int, lifetime: Duration) -> Int {
        lifetime >= healthyLifetime ? 1 : failures + 1
    }
}
