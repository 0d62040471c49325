import LinuxSystem
import Metrics
import ProductVersion
import SeedList

/// Everything that `/metrics` and `pierdat status --metrics` show.
struct MetricsPage {
    /// The maximum number of services with numbers of their own.
    static let mostServices = 1000

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
            own + services + [torrents] + DownloadFigures(report.downloads).families
                + MetricFamily.families(of: numbers) + process.families)
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
        var numbers: [MetricSample.Key: Double] = [
            MetricSample.Key("sent_bytes_total"): 0, MetricSample.Key("hash_failures_total"): 0,
        ]
        for source in DataSource.allCases {
            numbers[.init("received_bytes_total", [.init("source", source.rawValue)])] = 0
        }
        if !report.downloads.isEmpty {
            for result in CacheResult.allCases {
                numbers[.init("cache_requests_total", [.init("result", result.rawValue)])] = 0
            }
            numbers[.init("cache_evicted_bytes_total")] = 0
        }
        for (key, value) in reported.numbers where !MetricCatalogue.ofDownload.contains(key.name) {
            numbers[key] = value
        }
        return numbers
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
