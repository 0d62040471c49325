import LinuxSystem
import Metrics
import Synchronization

/// Counts what a download does, and reports the numbers to the process that started it.
public final class DownloadMeter: Sendable {
    private struct State {
        let client: NotifySocketClient
        var received: [DataSource: Int64] = [:]
        var cache: (bytes: Int64, limit: Int64?)?
        var cacheRequests: [CacheResult: Int] = [:]
        var evicted: Int64 = 0
        var progress = DownloadProgress()
        /// The numbers of the session, and the counters of former ones.
        var session = MetricReport()
        var pastSessions = MetricReport()
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
    package func count(_ bytes: Int64, from source: DataSource) {
        guard bytes > 0 else { return }
        state.withLock { $0.received[source, default: 0] += bytes }
    }

    /// Counts a download that looked in the cache.
    package func count(cache result: CacheResult) {
        state.withLock { $0.cacheRequests[result, default: 0] += 1 }
    }

    /// Counts bytes that were deleted from the cache.
    package func count(evicted bytes: Int64) {
        state.withLock { $0.evicted += bytes }
    }

    /// Records how far the download has come.
    package func note(_ progress: DownloadProgress) {
        state.withLock { $0.progress = progress }
    }

    /// Records the numbers of the session that runs, which replace its former ones.
    package func note(session samples: [MetricSample]) {
        state.withLock { $0.session = MetricReport(samples) }
    }

    /// Keeps only the counters of the session, because it ends. A further one counts from 0.
    package func endSession() {
        state.withLock { state in
            state.pastSessions.keepCounters(of: state.session)
            state.session = MetricReport()
        }
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
        var sessions = state.pastSessions
        sessions.add(state.session)
        var samples = sessions.samples + state.progress.samples
        samples += DataSource.allCases.map {
            MetricSample(
                "received_bytes_total", "source", $0.rawValue, Double(state.received[$0] ?? 0))
        }
        samples += state.cacheRequests.map {
            MetricSample("cache_requests_total", "result", $0.rawValue, Double($1))
        }
        samples.append(MetricSample("cache_evicted_bytes_total", [], Double(state.evicted)))
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
    private var counted: [DataSource: Int64] = [:]

    package init(_ meter: DownloadMeter?) {
        self.meter = meter
    }

    /// Counts what has arrived since the last call, and reports if that is due. A part that begins anew has a lower
    /// sum.
    package mutating func update(
        _ sums: KeyValuePairs<DataSource, Int64>, _ progress: DownloadProgress? = nil,
        isLast: Bool = false
    ) {
        guard let meter else { return }
        if let progress { meter.note(progress) }
        for (source, sum) in sums {
            let before = counted[source] ?? 0
            meter.count(sum >= before ? sum - before : sum, from: source)
            counted[source] = sum
        }
        meter.report(isLast: isLast)
    }
}
