/// The rate of a transfer over the last seconds.
package struct RateMeter {
    private var samples: [(time: ContinuousClock.Instant, bytes: Int64)] = []
    private static let most = 6

    /// No bytes yet.
    package init() {}

    /// `bytes` have arrived until `time`. Called about once a second.
    package mutating func add(_ bytes: Int64, at time: ContinuousClock.Instant) {
        samples.append((time, bytes))
        if samples.count > Self.most { samples.removeFirst() }
    }

    /// In bytes per second.
    package var value: Int64 {
        guard let first = samples.first, let last = samples.last, last.time > first.time else {
            return 0
        }
        return Int64(Double(last.bytes - first.bytes) / ((last.time - first.time) / .seconds(1)))
    }
}
