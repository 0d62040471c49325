import Metrics
import Testing

@testable import Supervisor

@Suite("The page of metrics")
struct MetricsPageTests {
    private func page(_ report: StatusReport, reported: MetricReport = MetricReport()) -> String {
        MetricsPage(report, reported: reported, process: ProcessFigures()).text(.prometheus)
    }

    private func report(lines: Int, names: Int) -> StatusReport {
        var report = StatusReport(pid: 1, uptime: .zero, seedList: "/etc/pier.dat")
        report.services = (0..<lines).map { number in
            .init(name: "seeder-\(number % names)", state: .running(pid: 9, for: .seconds(1)))
        }
        report.downloads = (0..<lines).map { number in
            .init(line: "uri", destination: "/data/\(number % names)", state: .waiting)
        }
        return report
    }

    @Test("A list of 10,000 lines makes the page no longer than one of 1000")
    func bounded() {
        let few = page(report(lines: 1000, names: 1000))
        let many = page(report(lines: 10_000, names: 10_000))
        #expect(many.contains("\npierdat_seed_list_lines 10000\n"))
        let lines = few.split(separator: "\n").count
        #expect(lines > 2 * MetricsPage.mostServices)
        #expect(many.split(separator: "\n").count == lines)
        // Which of the names are left out is not specified, and longer numbers need another digit.
        #expect(many.utf8.count <= few.utf8.count + 10_000)
    }

    @Test("Lines of the same name are one number, whose services must all run")
    func sameName() {
        var report = report(lines: 10_000, names: 1)
        report.services[9999].state = .backingOff(for: .seconds(1))
        let page = page(report)
        #expect(page.contains("\npierdat_service_up{service=\"seeder-0\"} 0\n"))
        #expect(page.split(separator: "\n").count < 100)
    }

    @Test("The most numbers that children may report make a page of a bounded size")
    func reported() {
        let samples = (0..<10_000).map { number in
            MetricSample(
                "torrent_size_bytes", "name", String(repeating: "x", count: 200) + "\(number)", 1)
        }
        let page = page(report(lines: 1, names: 1), reported: MetricReport(samples))
        let numbers = page.split(separator: "\n").filter { $0.hasPrefix("pierdat_torrent_size_") }
        #expect(numbers.count == MetricReport.most)
    }

    @Test("What a running download reports about itself is shown with its destination")
    func download() {
        var report = report(lines: 2, names: 2)
        report.downloads[0].state = .running(pid: 9, for: .seconds(1))
        report.downloads[0].figures = [
            "get_stalled": 1, "get_present_bytes": 5, "get_size_bytes": 7,
        ]
        report.downloads[1].state = .complete(after: .seconds(1))
        report.downloads[1].success = 1_000_000.5
        let page = page(report)
        for line in [
            "get_stalled{destination=\"/data/0\"} 1", "get_stalled{destination=\"/data/1\"} 0",
            "get_present_bytes{destination=\"/data/0\"} 5",
            "get_size_bytes{destination=\"/data/0\"} 7",
            "get_last_success_timestamp_seconds{destination=\"/data/1\"} 1000000.5",
            "cache_requests_total{result=\"hit\"} 0", "cache_evicted_bytes_total 0",
        ] {
            #expect(page.contains("\npierdat_\(line)\n"), "\(line) in \(page)")
        }
        #expect(!page.contains("pierdat_get_size_bytes{destination=\"/data/1\"}"))
    }

    @Test("A seeder cannot report the numbers of a download")
    func seeder() {
        let reported = MetricReport([MetricSample("get_stalled", [], 1)])
        let page = page(StatusReport(pid: 1, uptime: .zero, seedList: "/list"), reported: reported)
        #expect(!page.contains("pierdat_get_"))
        #expect(!page.contains("pierdat_cache_"))
    }
}
