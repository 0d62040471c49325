/// The metrics that Pierdat's own seeders and downloads report, and the rules for the metrics of other programs.
public enum MetricCatalogue {
    /// The prefix of every name.
    public static let prefix = "pierdat_"

    /// The histograms, which nobody else may add to.
    private static let histograms: Set<String> = ["disk_job_duration_seconds"]

    /// The names that only `pierdatd` itself reports.
    private static let reserved: Set<String> = [
        "build_info", "ready", "program_up", "service_up", "service_restarts_total",
        "seed_list_lines", "seed_list_valid", "torrents", "get_complete", "get_failed",
        "get_attempts_total", "get_duration_seconds", "get_last_success_timestamp_seconds",
    ]

    /// The gauges of the running download, to which `pierdatd` adds its destination.
    public static let ofDownload: Set<String> = [
        "get_stalled", "get_size_bytes", "get_present_bytes",
    ]

    /// The gauges that are kept when their program has ended.
    static let lasting: Set<String> = ["cache_bytes", "cache_limit_bytes"]

    /// The limits of all buckets in seconds, as the seeder writes them. A test compares them with `DiskFigures`.
    package static let limits: Set<String> = [
        "0.001", "0.005", "0.02", "0.1", "0.5", "2.0", "10.0", "60.0", "+Inf",
    ]

    private static let helps: [String: String] = [
        "banned_peers_total": "Peers that were banned because they sent corrupt data.",
        "cache_bytes": "The size of the data in PIERDAT_CACHE.",
        "cache_evicted_bytes_total": "Bytes that downloads have deleted from PIERDAT_CACHE.",
        "cache_limit_bytes": "PIERDAT_CACHE_LIMIT.",
        "cache_requests_total": "Downloads that looked in PIERDAT_CACHE, by what they found.",
        "dht_nodes": "Nodes in the routing table of the DHT.",
        "disk_errors_total": "Reads and writes of data that failed.",
        "disk_job_duration_seconds": "How long each job of the disk threads took.",
        "disk_read_bytes_total": "Bytes of data read from disk.",
        "disk_written_bytes_total": "Bytes of data written to disk.",
        "hash_failures_total": "Pieces that failed their hash check, from peers or from disk.",
        "interested_peers": "Connected peers that want data from us.",
        "listen_port": "The port on which peers are accepted. 0: none.",
        "network_received_bytes_total":
            "Bytes received from peers, with the overhead of the peer protocol.",
        "network_sent_bytes_total":
            "Bytes sent to peers, with the overhead of the peer protocol.",
        "peer_connections": "Connections to peers and web seeds, by transport.",
        "peer_attempts_total":
            "Connections to peers: incoming ones, and attempts to make outgoing ones.",
        "received_bytes_total":
            "Bytes of data received: from peers, from web servers, or copied from the cache.",
        "sent_bytes_total": "Bytes of data sent to peers.",
        "swarm_downloaders": "Downloading peers that trackers know, of all torrents.",
        "swarm_seeds": "Seeders that trackers know, of all torrents.",
        "torrent_sent_bytes_total": "Bytes of data of one torrent sent to peers.",
        "torrent_size_bytes": "The size of the wanted data of one torrent.",
        "torrent_verified_bytes": "The bytes of one torrent that are served.",
        "tracker_announces_total": "Announces to trackers, by result.",
        "tracker_up": "1 if the tracker accepted the latest announce, else 0.",
        "trackers_failing": "Trackers that do not answer or refuse.",
        "unchoked_peers": "Connected peers that may request data from us.",
        "wasted_bytes_total": "Bytes received and not used, by reason.",
    ]

    /// The kind of a number. nil if nobody but `pierdatd` may report it.
    static func kind(of key: MetricSample.Key) -> MetricKind? {
        guard !reserved.contains(key.name) else { return nil }
        if ofDownload.contains(key.name) { return key.labels.isEmpty ? .gauge : nil }
        let isBucket = key.labels.contains { $0.name == "le" }
        if let suffix = histogramSuffix(of: key.name) {
            let isKnown = histograms.contains(String(key.name.dropLast(suffix.count)))
            let isWhole =
                suffix == "_bucket"
                ? isBucket && key.labels.count == 1 && limits.contains(key.labels[0].value)
                : key.labels.isEmpty
            return isKnown && isWhole ? .histogram : nil
        }
        // In OpenMetrics, the family of a counter has the name without "_total".
        guard !isBucket, !histograms.contains(key.name), !key.name.hasSuffix("_info"),
            helps[key.name + "_total"] == nil
        else { return nil }
        return key.name.hasSuffix("_total") ? .counter : .gauge
    }

    /// The number of several programs together.
    static func merged(_ one: Double, _ other: Double, of name: String) -> Double {
        switch name {
        case "tracker_up": min(one, other)
        case "listen_port": max(one, other)
        case _ where lasting.contains(name): one
        default: one + other
        }
    }

    /// The name of the family to which a number belongs.
    static func familyName(of key: MetricSample.Key) -> String {
        guard let suffix = histogramSuffix(of: key.name) else { return key.name }
        return String(key.name.dropLast(suffix.count))
    }

    private static func histogramSuffix(of name: String) -> String? {
        ["_bucket", "_sum", "_count"].first { name.hasSuffix($0) }
    }

    /// What the numbers of a family mean.
    static func help(of name: String) -> String {
        helps[name] ?? "Reported by a backend."
    }
}
