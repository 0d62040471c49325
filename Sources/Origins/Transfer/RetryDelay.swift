/// The growing pause between attempts at a server that fails (exponential backoff).
package struct RetryDelay: Equatable, Sendable {
    /// Failures without a byte of data in between.
    package private(set) var failures = 0

    private static let longest = 60.0

    /// No failure yet.
    package init() {}

    /// Data has arrived.
    package mutating func succeed() {
        failures = 0
    }

    /// Counts a failure and returns the pause before the next attempt: 1 s, 2 s, 4 s and so on, up to a minute,
    /// varied by `jitter` from -1 to 1 so that many clients do not come back at once.
    package mutating func fail(jitter: Double) -> Duration {
        failures += 1
        let seconds = min(Self.longest, Double(1 << min(failures - 1, 10)))
        return .seconds(seconds * (1 + jitter / 4))
    }
}
