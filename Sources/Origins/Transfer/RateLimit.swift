import BitTorrent
import Synchronization

/// Shares the permitted bytes per second among all transfers of a download.
package final class RateLimit: Sendable {
    private let bytesPerSecond: Double
    /// When the bytes that were taken so far have been paid for.
    private let end = Mutex(ContinuousClock.now)

    package init(bytesPerSecond: Int) {
        self.bytesPerSecond = Double(max(1, bytesPerSecond))
    }

    /// nil if the configuration has no limit.
    convenience init?(_ configuration: EngineConfiguration) {
        guard let limit = configuration.downloadLimit else { return nil }
        self.init(bytesPerSecond: limit)
    }

    /// Takes `count` bytes, and returns the moment before which the transfer must not take more.
    package func take(_ count: Int, now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        end.withLock { end in
            end = max(end, now) + .seconds(Double(count) / bytesPerSecond)
            return end
        }
    }
}
