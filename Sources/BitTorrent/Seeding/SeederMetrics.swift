import LinuxSystem
import Metrics
import SystemPackage

/// The numbers that a seeder reports, every few seconds and only if somebody listens.
struct SeederMetrics {
    private let timer: TimerDescriptor
    private var counts = EventCounts()
    private var reported: [MetricSample] = []

    /// The interval between two reports.
    private static let interval = Duration.seconds(5)
    /// With more torrents than this, no torrent has numbers of its own.
    static let mostTorrents = 200

    /// Readable when a report is due.
    var due: OwnedDescriptor { timer.descriptor }

    init(isOn: Bool) throws(Errno) {
        timer = try TimerDescriptor()
        if isOn { try timer.set(after: .milliseconds(200), every: Self.interval) }
    }

    /// Called when the numbers were requested from the session.
    func clear() { timer.clear() }

    /// Counts what events tell.
    mutating func take(_ events: [SessionEvent]) {
        counts.take(events)
    }

    /// The datagrams with all numbers. Empty if nothing has changed since the last report.
    mutating func datagrams(
        _ counters: SessionCounters, ports: Set<UInt16>, trackers: TrackerWatch,
        swarms: ScrapeCounts, torrents: [MetricSample]
    ) -> [String] {
        var samples = counters.samples + counts.samples
        samples += [
            MetricSample("listen_port", [], Double(ports.min() ?? 0)),
            MetricSample("trackers_failing", [], Double(trackers.failures)),
        ]
        if let seeds = swarms.seeds {
            samples.append(MetricSample("swarm_seeds", [], Double(seeds)))
        }
        if let downloaders = swarms.downloaders {
            samples.append(MetricSample("swarm_downloaders", [], Double(downloaders)))
        }
        samples += trackers.states.map {
            MetricSample("tracker_up", "tracker", $0.shortened, $1 ? 1 : 0)
        }
        samples += torrents
        guard samples != reported else { return [] }
        reported = samples
        return MetricReport.datagrams(samples)
    }
}

extension SeededItems {
    /// The numbers of each torrent. Empty if there are too many torrents.
    var metrics: [MetricSample] {
        guard torrents.count <= SeederMetrics.mostTorrents else { return [] }
        return torrents.flatMap { token, torrent -> [MetricSample] in
            guard let status = torrent.status, let key = key(token) else { return [] }
            let labels: [MetricSample.Label] = [
                .init("infohash", key.description),
                .init("name", torrent.parameters.summary.name.onOneLine.shortened),
            ]
            return [
                MetricSample("torrent_sent_bytes_total", labels, Double(status.uploaded)),
                MetricSample("torrent_size_bytes", labels, Double(status.wanted)),
                MetricSample("torrent_verified_bytes", labels, Double(status.done)),
            ]
        }
    }
}

extension String {
    /// At most 200 bytes, for a label.
    fileprivate var shortened: String {
        guard utf8.count > 200 else { return self }
        var text = Substring(self)
        while text.utf8.count > 197 { text = text.dropLast() }
        return text + "…"
    }
}
