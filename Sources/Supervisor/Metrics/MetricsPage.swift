import LinuxSystem
import Metrics
import ProductVersion
import SeedList

/// Everything that `/metrics` and `pierdat status --metrics` show.
struct MetricsPage {
    /// The maximum number of services with numbers of their own.
    static let mostServices = 1000
    /// The maximum number of destinations of downloads with numbers of their own.
    static let mostDestinations = 200

    private let report: StatusReport
    private let reported: MetricReport
    private let process: ProcessFigures

    /// The page for `report`, the numbers that children have reported, and `pierdatd` itself.
    init(_ report: StatusReport, reported: MetricReport, process: ProcessFigures) {
        self.report = report
        self.reported = reported
        self.process = process
    }

    /// The text in a format of Prometheus.
    func text(_ format: Exposition) -> String {
        format.text(
            own + services + [torrents] + downloads + MetricFamily.families(of: numbers)
                + process.families)
    }

    private var own: [MetricFamily] {
        var families = [
            Self.gauge(
                "build_info", "1, with the version as a label.",
                [("version", ProductVersion.text, 1)]),
            Self.gauge(
                "ready", "1 if the container is ready to be used, as pierdat health --ready says.",
                report.isReady),
            Self.gauge(
                "seed_list_valid", "1 if the seed list has no fault.", report.fault == nil),
            Self.gauge(
                "seed_list_lines", "Lines on the seed list.",
                Double(report.services.reduce(0) { $0 + $1.lineCount })),
        ]
        if report.program != nil {
            families.append(Self.gauge("program_up", "1 while the container's program runs.", true))
        }
        return families
    }

    private var services: [MetricFamily] {
        var up: [String: Bool] = [:]
        var restarts: [String: Int] = [:]
        for service in report.services {
            let name = Redaction.text(service.name.onOneLine)
            guard up[name] != nil || up.count < Self.mostServices else { continue }
            up[name] = (up[name] ?? true) && service.runs
            restarts[name, default: 0] += service.restarts
        }
        let names = up.keys.sorted()
        let name = MetricCatalogue.prefix + "service_restarts_total"
        return [
            Self.gauge(
                "service_up", "1 if all seeders of that name run.",
                names.map { ("service", $0, up[$0] == true ? 1 : 0) }),
            MetricFamily(
                name, .counter, "How often seeders of that name were restarted.",
                names.map { MetricSample(name, "service", $0, Double(restarts[$0] ?? 0)) }),
        ]
    }

    /// The downloads of each destination together.
    private var downloads: [MetricFamily] {
        var all: [String: [StatusReport.Download]] = [:]
        for download in report.downloads {
            let name = Redaction.text(download.destination.onOneLine)
            guard all[name] != nil || all.count < Self.mostDestinations else { continue }
            all[name, default: []].append(download)
        }
        guard !all.isEmpty else { return [] }
        var complete: [(label: String, text: String, value: Double)] = []
        var failed = complete
        var durations = complete
        var attempts: [MetricSample] = []
        let name = MetricCatalogue.prefix + "get_attempts_total"
        for (destination, downloads) in all.sorted(by: { $0.key < $1.key }) {
            complete.append(
                ("destination", destination, downloads.allSatisfy(\.isComplete) ? 1 : 0))
            failed.append(
                ("destination", destination, downloads.contains(where: \.hasFailed) ? 1 : 0))
            attempts.append(
                MetricSample(
                    name, "destination", destination,
                    Double(downloads.reduce(0) { $0 + $1.attempts })))
            let times = downloads.compactMap(\.duration)
            guard !times.isEmpty else { continue }
            durations.append(("destination", destination, times.reduce(.zero, +) / .seconds(1)))
        }
        return [
            Self.gauge("get_complete", "1 if the data of that folder is complete.", complete),
            Self.gauge("get_failed", "1 if a download failed and is not tried again.", failed),
            MetricFamily(name, .counter, "Attempts to download the data of that folder.", attempts),
            Self.gauge(
                "get_duration_seconds",
                "How long the download took, or has been taking, with all its attempts.", durations),
        ]
    }

    /// All states, so that a sum over states is always right.
    private var torrents: MetricFamily {
        var counts: [ServingState: Int] = [:]
        for serving in report.services.compactMap(\.serving) {
            counts.merge(serving.counts, uniquingKeysWith: +)
        }
        return Self.gauge(
            "torrents", "Torrents and other data sets on the seed list, by state.",
            ServingState.allCases.map { ("state", $0.rawValue, Double(counts[$0] ?? 0)) })
    }

    /// With zeros for what no child has reported yet, because a rate needs a number to start with.
    private var numbers: [MetricSample.Key: Double] {
        var numbers = Dictionary(
            uniqueKeysWithValues: ["peers", "web_seeds", "cache"].map {
                (MetricSample.Key("received_bytes_total", [.init("source", $0)]), 0.0)
            })
        numbers[MetricSample.Key("sent_bytes_total")] = 0
        numbers[MetricSample.Key("hash_failures_total")] = 0
        return numbers.merging(reported.numbers) { _, reported in reported }
    }

    private static func gauge(_ name: String, _ help: String, _ value: Double) -> MetricFamily {
        let name = MetricCatalogue.prefix + name
        return MetricFamily(name, .gauge, help, [MetricSample(name, [], value)])
    }

    private static func gauge(_ name: String, _ help: String, _ value: Bool) -> MetricFamily {
        gauge(name, help, value ? 1 : 0)
    }

    private static func gauge(
        _ name: String, _ help: String, _ values: [(label: String, text: String, value: Double)]
    ) -> MetricFamily {
        let name = MetricCatalogue.prefix + name
        let samples = values.map { MetricSample(name, $0.label, $0.text, $0.value) }
        return MetricFamily(name, .gauge, help, samples)
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
