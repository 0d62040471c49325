import BitTorrent
import Glibc
import Synchronization

/// Shares the permitted bytes per second among all transfers of a download.
package final class RateLimit: Sendable {
    /// A transfer notices its end after this time.
    private static let longestPause = Duration.milliseconds(100)

    private let bytesPerSecond: Double
    /// When the bytes that were taken so far have been paid for.
    private let end = Mutex(ContinuousClock.now)

    /// nil if the configuration has no limit.
    package init?(_ configuration: EngineConfiguration) {
        guard let limit = configuration.downloadLimit else { return nil }
        bytesPerSecond = Double(max(1, limit))
    }

    /// Takes `count` bytes, and returns when the transfer may take more, or soon after it is cancelled.
    package func take(_ count: Int, isCancelled: () -> Bool) {
        let end = end.withLock { end in
            end = max(end, .now) + .seconds(Double(count) / bytesPerSecond)
            return end
        }
        while !isCancelled(), .now < end {
            let pause = min(end - .now, Self.longestPause)
            usleep(useconds_t(max(0, pause / .microseconds(1))))
        }
    }
}
