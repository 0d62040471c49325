import CLibtorrent
import Metrics

/// What a session has sent, received, read and written since it was opened, and how many peers it has.
struct SessionCounters {
    private let values: pierdat_counters

    init(_ values: pierdat_counters) {
        self.values = values
    }

    /// The numbers under the names that docs/metrics.md describes.
    var samples: [MetricSample] {
        traffic + waste + peers + disk
    }

    private var traffic: [MetricSample] {
        [
            Self.sample("sent_bytes_total", values.sent_payload),
            Self.sample("network_sent_bytes_total", values.sent),
            Self.sample("network_received_bytes_total", values.received),
            Self.sample("hash_failures_total", values.hash_failures),
        ]
    }

    private var waste: [MetricSample] {
        let reasons = [
            ("corrupt", values.wasted_corrupt), ("timed_out", values.wasted_timed_out),
            ("cancelled", values.wasted_cancelled), ("unknown", values.wasted_unknown),
            ("seed", values.wasted_seed), ("end_game", values.wasted_end_game),
            ("closing", values.wasted_closing),
        ]
        return reasons.map { MetricSample("wasted_bytes_total", "reason", $0, Double($1)) }
    }

    private var peers: [MetricSample] {
        [
            MetricSample("peer_connections", "transport", "tcp", Double(values.tcp_peers)),
            MetricSample("peer_connections", "transport", "utp", Double(values.utp_peers)),
            MetricSample(
                "peer_attempts_total", "direction", "incoming", Double(values.incoming)),
            MetricSample(
                "peer_attempts_total", "direction", "outgoing", Double(values.outgoing)),
            Self.sample("unchoked_peers", values.unchoked),
            Self.sample("interested_peers", values.interested),
            Self.sample("dht_nodes", values.dht_nodes),
        ]
    }

    private var disk: [MetricSample] {
        let name = "disk_job_duration_seconds"
        var samples = [
            Self.sample("disk_read_bytes_total", values.disk_read),
            Self.sample("disk_written_bytes_total", values.disk_written),
            Self.sample("disk_errors_total", values.disk_errors),
        ]
        var count: Int64 = 0
        withUnsafeBytes(of: values.disk_jobs) { jobs in
            withUnsafeBytes(of: values.disk_job_limits) { limits in
                for (jobs, limit) in zip(
                    jobs.bindMemory(to: Int64.self), limits.bindMemory(to: Int64.self))
                {
                    count += jobs
                    let text = limit == .max ? "+Inf" : "\(Double(limit) / 1e6)"
                    samples.append(MetricSample(name + "_bucket", "le", text, Double(count)))
                }
            }
        }
        samples.append(MetricSample(name + "_sum", [], Double(values.disk_job_time) / 1e6))
        samples.append(Self.sample(name + "_count", count))
        return samples
    }

    private static func sample(_ name: String, _ value: Int64) -> MetricSample {
        MetricSample(name, [], Double(value))
    }
}
