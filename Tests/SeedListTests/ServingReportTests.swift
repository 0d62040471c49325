import SeedList
import Testing

@Suite("A report of how the seed list is served")
struct ServingReportTests {
    @Test("comes out of its datagram as it went in")
    func roundTrip() {
        var report = ServingReport()
        for _ in 0..<3 { report.add(.served) }
        report.add(.damaged, reason: "/srv/maps: 1.0 MiB of 3.0 MiB = a third")
        report.add(.missing, reason: "/srv/other is gone")
        let lines = report.datagramLines.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(ServingReport(datagramLines: lines) == report)
    }

    @Test("keeps the first reason, on one line and cut")
    func reason() {
        var report = ServingReport()
        report.add(.served, reason: "not asked for")
        #expect(report.reason == nil)
        report.add(.missing, reason: "one\nX_PIERDAT_SERVING=served=9\u{1b}[2J")
        report.add(.missing, reason: "two")
        #expect(report.reason == "one X_PIERDAT_SERVING=served=9 [2J")
        #expect(report.complaint == "one X_PIERDAT_SERVING=served=9 [2J (and 1 more)")
        var long = ServingReport()
        long.add(.refused, reason: String(repeating: "x", count: 10_000))
        #expect(long.reason?.count == ServingReport.longestReason)
    }

    @Test("puts what concerns the whole seeder first, and is unhealthy with nothing else wrong")
    func first() {
        var report = ServingReport()
        report.add(.served)
        #expect(report.isHealthy && report.complaint == nil)
        report.put(first: "it listens nowhere")
        #expect(!report.isHealthy && report.complaint == "it listens nowhere")
    }

    @Test(
        "skips states that are not known and what is no number",
        arguments: [
            ("served=2 asleep=4", [ServingState.served: 2]), ("served=x missing=1", [.missing: 1]),
            ("served=-1", [:]), ("served", [:]), ("", [:]),
            ("damaged=99999999999999999999", [:]),
            ("damaged=999999999999", [.damaged: ServingReport.mostThings]),
        ])
    func strange(text: String, counts: [ServingState: Int]) {
        let lines = ["X_PIERDAT_SERVING=\(text)"].map { $0[...] }
        #expect(ServingReport(datagramLines: lines)?.counts == counts)
    }

    @Test("is none where a datagram says nothing of serving")
    func none() {
        #expect(ServingReport(datagramLines: ["STATUS=fine", "X_PIERDAT_WHY=because"]) == nil)
    }
}
