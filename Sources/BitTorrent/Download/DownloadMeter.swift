import LinuxSystem
import Metrics
import Synchronization

/// Counts the data that a download receives, by its source, and reports the numbers to the process that started it.
public final class DownloadMeter: Sendable {
    /// Where data comes from.
    public enum Source: String, CaseIterable, Sendable {
        case peers
        /// Web servers, as web seeds of a torrent or as the origin.
        case webSeeds = "web_seeds"
        case cache
    }

    private struct State {
        let client: NotifySocketClient
        var received: [Source: Int64] = [:]
        var hashFailures = 0
        var cache: (bytes: Int64, limit: Int64?)?
        var lastReport: ContinuousClock.Instant?
    }

    private let state: Mutex<State>

    /// The shortest interval between two reports.
    private static let interval = Duration.seconds(1)
    /// How long to wait until the last report was read.
    private static let patience = Duration.seconds(1)

    /// nil if there is nobody to report to: `notifySocket` is the value of NOTIFY_SOCKET.
    public init?(notifySocket: String?) {
        // A service manager has no use for the numbers, and systemd logs each datagram that it does not expect.
        guard notifySocket?.hasSuffix("/notify.sock") == true,
            let client = NotifySocketClient(notifySocket: notifySocket)
        else { return nil }
        state = Mutex(State(client: client))
    }

    /// Counts further data.
    package func count(_ bytes: Int64, from source: Source) {
        guard bytes > 0 else { return }
        state.withLock { $0.received[source, default: 0] += bytes }
    }

    /// Counts a piece that failed its hash check.
    package func countHashFailure() {
        state.withLock { $0.hashFailures += 1 }
    }

    /// Records the size of the cache, and its limit if there is one.
    package func note(cache bytes: Int64, limit: Int64?) {
        state.withLock { $0.cache = (bytes, limit) }
    }

    /// Reports the numbers if the last report is not too recent. The last one of this process arrives before the process
    /// ends, so that the reader can still see whose it is.
    package func report(isLast: Bool = false) {
        let now = ContinuousClock.now
        state.withLock { state in
            if !isLast, let last = state.lastReport, now - last < Self.interval { return }
            state.lastReport = now
            state.client.sendPending()
            state.client.send(series: MetricReport.datagrams(Self.samples(state)))
            if isLast { state.client.waitUntilRead(atMost: Self.patience) }
        }
    }

    private static func samples(_ state: State) -> [MetricSample] {
        var samples = Source.allCases.map {
            MetricSample(
                "received_bytes_total", "source", $0.rawValue, Double(state.received[$0] ?? 0))
        }
        samples.append(MetricSample("hash_failures_total", [], Double(state.hashFailures)))
        if let cache = state.cache {
            samples.append(MetricSample("cache_bytes", [], Double(cache.bytes)))
            if let limit = cache.limit {
                samples.append(MetricSample("cache_limit_bytes", [], Double(limit)))
            }
        }
        return samples
    }
}

extension DownloadMeter: Equatable {
    /// True if both are the same object.
    public static func == (one: DownloadMeter, other: DownloadMeter) -> Bool { one === other }
}

/// One part of a download, whose bytes are known as a sum.
package struct MeteredPart: Sendable {
    private let meter: DownloadMeter?
    private var counted: [DownloadMeter.Source: Int64] = [:]

    package init(_ meter: DownloadMeter?) {
        self.meter = meter
    }

    /// Counts what has arrived since the last call, and reports if that is due. A part that begins anew has a lower
    /// sum.
    package mutating func update(
        _ sums: KeyValuePairs<DownloadMeter.Source, Int64>, isLast: Bool = false
    ) {
        guard let meter else { return }
        for (source, sum) in sums {
            let before = counted[source] ?? 0
            meter.count(sum >= before ? sum - before : sum, from: source)
            counted[source] = sum
        }
        meter.report(isLast: isLast)
    }
}
