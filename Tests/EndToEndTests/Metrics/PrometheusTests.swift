import Foundation
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("Prometheus", .timeLimit(.minutes(3)))
struct PrometheusTests {
    private static let kit = Package.root.appending("deploy/grafana")

    private func promtool(_ arguments: String...) async throws -> Ended {
        try await Command(Prometheus.programs().appending("promtool"), arguments).run()
    }

    @Test("The alert rules are valid and fire as their tests say")
    func rules() async throws {
        let checked = try await promtool("check", "rules", "\(Self.kit)/alerts.yaml")
        #expect(checked.status == .exited(0), "\(checked)")
        let tested = try await promtool("test", "rules", "\(Self.kit)/alerts-test.yaml")
        #expect(tested.status == .exited(0), "\(tested)")
    }

    @Test("A scrape passes promtool check metrics, and OpenMetrics has its end mark")
    func checkMetrics() async throws {
        let folder = try TemporaryFolder()
        try await MeteredNode.running(in: folder.path.appending("node")) { node in
            let page = try await node.scrape()
            let file = folder.path.appending("page")
            try AtomicFile.write(Array(page.utf8), to: file)
            let programs = try await Prometheus.programs()
            let checked = try await Command(
                "/bin/sh",
                ["-c", #""$0"/promtool check metrics <"$1""#, programs.string, file.string]
            ).run()
            #expect(checked.status == .exited(0) && checked.errors == "", "\(checked)\n\(page)")
            let open = try await node.get(
                "/metrics", "-H", "Accept: application/openmetrics-text;version=1.0.0")
            #expect(open.hasSuffix("\n# EOF\n"))
            let printed = try await node.overlay.pierdat("status", "--metrics")
            #expect(printed.output.metricFamilies == page.metricFamilies)
        }
    }

    @Test("docs/metrics.md lists exactly the metrics of a scrape, with their types and labels")
    func documentation() async throws {
        let rows = try Package.text(of: "docs/metrics.md").matches(
            of:
                #/(?m)^\| `([a-z_]+)` \| (counter|gauge|histogram) \|([^|]*)\| [^|]+ \|$/#
        )
        let documented = Dictionary(
            uniqueKeysWithValues: rows.map {
                (String($0.1), "\($0.2)\($0.3.replacing("`", with: ""))")
            })
        #expect(documented.count > 30)
        let page = try await scrape()
        for family in page.metricFamilies {
            #expect(documented[family] != nil, "\(family) is not documented")
        }
        for match in page.matches(of: #/(?m)^# TYPE (\S+) (\S+)$/#) {
            let row = documented[String(match.1)] ?? ""
            #expect(row.hasPrefix(match.2), "\(match.1): \(row)")
        }
        for match in page.matches(of: #/(?m)^([a-z_]+)\{(.*)\} \S+$/#) {
            let name = String(match.1).replacing(/_bucket$/, with: "")
            let labels = Set(match.2.matches(of: /([a-z_]+)="/).map { String($0.1) })
            let row = documented[name] ?? ""
            let told = Set(
                row.split(separator: " ").dropFirst().map {
                    String($0).replacing(",", with: "")
                })
            #expect(labels == told, "\(name): \(labels), documented: \(told)")
        }
        let elsewhere = Self.unseen
        let missing = Set(documented.keys).subtracting(page.metricFamilies)
            .subtracting(elsewhere)
        #expect(missing == [], "documented, and not in a scrape")
    }

    /// The metrics that the page says only downloads, caches, COMMAND and trackers that count peers have.
    private static let unseen: Set<String> = [
        "pierdat_program_up", "pierdat_get_complete", "pierdat_get_failed",
        "pierdat_get_attempts_total", "pierdat_get_duration_seconds", "pierdat_get_stalled",
        "pierdat_get_last_success_timestamp_seconds", "pierdat_get_size_bytes",
        "pierdat_get_present_bytes", "pierdat_cache_requests_total",
        "pierdat_cache_evicted_bytes_total", "pierdat_cache_bytes", "pierdat_cache_limit_bytes",
        "pierdat_swarm_seeds", "pierdat_swarm_downloaders",
    ]

    /// A scrape of a node whose only tracker has failed.
    private func scrape() async throws -> String {
        let folder = try TemporaryFolder()
        return try await MeteredNode.running(
            in: folder.path.appending("node"),
            environment: ["PIERDAT_TRACKERS": "http://127.0.0.1:1/announce"]
        ) { node in
            try await Patience.until(every: .milliseconds(100)) {
                let page = try await node.scrape()
                return page.contains("\npierdat_tracker_up{") ? page : nil
            }
        }
    }

    @Test("Every metric in the dashboard and the rules exists in a scrape")
    func dashboard() async throws {
        let text = try Package.text(of: "deploy/grafana/pierdat.json")
        let rules = try Package.text(of: "deploy/grafana/alerts.yaml")
        #expect((try? JSONSerialization.jsonObject(with: Data(text.utf8))) != nil)
        #expect(
            text.contains("\"type\": \"datasource\"") && text.contains("\"uid\": \"${datasource}\"")
        )
        let recorded = Set(rules.matches(of: /record: \S*?(pierdat_[a-z_]+)/).map { String($0.1) })
        let used = text.usedMetrics.union(rules.usedMetrics)
        #expect(used.count > 15)
        let page = try await scrape()
        let missing = used.subtracting(page.metricFamilies).subtracting(recorded)
            .subtracting(Self.unseen)
        #expect(missing == [])
    }

    @Test(
        "Prometheus finds two nodes in a file, scrapes them, and alerts of the one whose data is damaged"
    )
    func fleet() async throws {
        let folder = try TemporaryFolder()
        let rules = try Package.text(of: "deploy/grafana/alerts.yaml")
        try await Prometheus.running(in: folder.make("prometheus"), rules: rules) { prometheus in
            try await MeteredNode.running(in: folder.path.appending("one")) { one in
                try await MeteredNode.running(in: folder.path.appending("other")) { other in
                    let both = [one.endpoint: "1", other.endpoint: "1"]
                    try prometheus.watch([one.endpoint, other.endpoint])
                    try await prometheus.becomes("up", both)
                    try await prometheus.becomes("pierdat_ready", both)
                    let fires = "ALERTS{alertname='PierdatDataDamaged',alertstate='firing'}"
                    #expect(try await prometheus.values(of: fires) == [:])
                    try FileManager.default.removeItem(atPath: other.data.string)
                    try await prometheus.becomes(
                        "pierdat_ready", [one.endpoint: "1", other.endpoint: "0"])
                    try await prometheus.becomes(fires, [other.endpoint: "1"])
                    #expect(try await other.get("/readyz").contains("No such file or directory"))
                    try other.process.send(SIGTERM)
                    try await prometheus.becomes("up", [one.endpoint: "1", other.endpoint: "0"])
                }
            }
        }
    }
}
