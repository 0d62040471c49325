import Metrics

/// Counts what the events of a session tell, for metrics.
struct EventCounts {
    private var announces = (accepted: 0, failed: 0)
    private var banned = 0

    mutating func take(_ events: [SessionEvent]) {
        for event in events {
            switch event {
            case .announced: announces.accepted += 1
            case .trackerFailed: announces.failed += 1
            case .banned: banned += 1
            default: break
            }
        }
    }

    /// The numbers under the names that docs/metrics.md describes.
    var samples: [MetricSample] {
        [
            MetricSample(
                "tracker_announces_total", "result", "success", Double(announces.accepted)),
            MetricSample("tracker_announces_total", "result", "failure", Double(announces.failed)),
            MetricSample("banned_peers_total", [], Double(banned)),
        ]
    }
}
