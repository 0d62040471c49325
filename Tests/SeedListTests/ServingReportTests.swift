import SeedList
import Testing

@Suite("Reports of seeders")
struct ServingReportTests {
    @Test("Parsing a datagram returns the same report")
    func roundTrip() {
        var report = ServingReport()
        for _ in 0..<3 { report.add(.served) }
        report.add(.damaged, reason: "/srv/maps: 1.0 MiB of 3.0 MiB = a third")
        report.add(.missing, reason: "/srv/other is gone")
        let lines = report.datagramLines.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(ServingReport(datagramLines: lines) == report)
    }

    @Test("The first reason is kept, truncated and on one line")
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

    @Test("A reason for the whole seeder comes first and makes the report unhealthy")
    func first() {
        var report = ServingReport()
        report.add(.served)
        #expect(report.isHealthy && report.complaint == nil)
        report.put(first: "it is not listening")
        #expect(!report.isHealthy && report.complaint == "it is not listening")
    }

    @Test(
        "Unknown states and malformed counts are ignored",
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

    @Test("A datagram without a report contains none")
    func none() {
        #expect(ServingReport(datagramLines: ["STATUS=fine", "X_PIERDAT_WHY=because"]) == nil)
    }
}
