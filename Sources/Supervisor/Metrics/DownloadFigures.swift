import LinuxSystem
import Metrics

/// The numbers of the downloads at start, by destination.
struct DownloadFigures {
    /// The maximum number of destinations with numbers of their own.
    static let mostDestinations = 200

    private typealias Download = StatusReport.Download

    private let destinations: [(name: String, downloads: [Download])]

    init(_ downloads: [StatusReport.Download]) {
        var all: [String: [Download]] = [:]
        for download in downloads {
            let name = Redaction.text(download.destination.onOneLine)
            guard all[name] != nil || all.count < Self.mostDestinations else { continue }
            all[name, default: []].append(download)
        }
        destinations = all.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Families without numbers are empty.
    var families: [MetricFamily] { outcome + progress }

    private var outcome: [MetricFamily] {
        [
            gauge("get_complete", "1 if the data of that folder is complete.") {
                $0.allSatisfy(\.isComplete) ? 1 : 0
            },
            gauge("get_failed", "1 if a download failed and is not tried again.") {
                $0.contains(where: \.hasFailed) ? 1 : 0
            },
            family(
                "get_attempts_total", .counter, "Attempts to download the data of that folder."
            ) { $0.reduce(0) { $0 + Double($1.attempts) } },
            gauge(
                "get_duration_seconds",
                "How long the download took, or has been taking, with all its attempts."
            ) { downloads in
                let times = downloads.compactMap(\.duration)
                return times.isEmpty ? nil : times.reduce(.zero, +) / .seconds(1)
            },
            gauge(
                "get_last_success_timestamp_seconds",
                "When a download to that folder was complete and verified, since 1970."
            ) { $0.compactMap(\.success).max() },
        ]
    }

    /// What the running download reports. One runs at a time.
    private var progress: [MetricFamily] {
        [
            gauge("get_stalled", "1 while the running download receives nothing.") {
                $0.reduce(0) { max($0, $1.figures["get_stalled"] ?? 0) }
            },
            gauge("get_size_bytes", "The size of the data that is being downloaded.") {
                $0.lazy.compactMap { $0.figures["get_size_bytes"] }.first
            },
            gauge("get_present_bytes", "How much of that data is stored.") {
                $0.lazy.compactMap { $0.figures["get_present_bytes"] }.first
            },
        ]
    }

    private func gauge(
        _ name: String, _ help: String, _ value: ([Download]) -> Double?
    ) -> MetricFamily {
        family(name, .gauge, help, value)
    }

    private func family(
        _ name: String, _ kind: MetricKind, _ help: String, _ value: ([Download]) -> Double?
    ) -> MetricFamily {
        let name = MetricCatalogue.prefix + name
        let samples = destinations.compactMap { destination, downloads in
            value(downloads).map { MetricSample(name, "destination", destination, $0) }
        }
        return MetricFamily(name, kind, help, samples)
    }
}

extension StatusReport.Download {
    fileprivate var isComplete: Bool {
        if case .complete = state { true } else { false }
    }

    fileprivate var hasFailed: Bool {
        if case .failed = state { true } else { false }
    }
}
