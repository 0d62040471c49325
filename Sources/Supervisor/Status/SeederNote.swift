import Glibc
import LinuxSystem
import Metrics
import SeedList

/// What a seeder reports about itself, in datagrams of `NAME=VALUE` lines as in sd_notify(3).
struct SeederNote: Equatable, Sendable {
    /// `STATUS=`, for people.
    var status: String?
    /// How it serves its lines. nil if the seeder does not report that.
    var serving: ServingReport?
    /// The numbers of each of its processes that reports them between `begin` and `end`. Other lines are at 0.
    private var reports: [pid_t: MetricReport] = [:]
    /// The counters of its processes that have ended, while another one goes on.
    private var past = MetricReport()

    /// The maximum number of processes that report.
    private static let mostReporters = 16

    /// The maximum length of a status in characters.
    static let longestStatus = 200

    /// The numbers of all its processes.
    var metrics: MetricReport {
        var sum = past
        for report in reports.values { sum.add(report) }
        return sum
    }

    /// Applies a datagram of the process `sender`. Fields that it does not contain keep their value.
    mutating func take(_ datagram: [UInt8], from sender: pid_t = 0) {
        let lines = String(decoding: datagram, as: UTF8.self).unicodeScalars
            .split(separator: "\n").map { Substring($0) }
        let field = "STATUS=".utf8
        if let line = lines.last(where: { $0.utf8.starts(with: field) }) {
            let words = String(Substring(line.utf8.dropFirst(field.count))).onOneLine
            let status = String(words.unicodeScalars.prefix(Self.longestStatus))
            self.status = status.isEmpty ? nil : status
        }
        if let serving = ServingReport(datagramLines: lines) { self.serving = serving }
        let isReporter =
            reports[sender] != nil
            || reports.count < Self.mostReporters && lines.contains { $0 == MetricReport.begin }
        let reporter = isReporter ? sender : 0
        reports[reporter, default: MetricReport()].take(lines)
        if reports.count > 1 { replaceEnded(by: reporter) }
    }

    /// A backend that follows another one counts from 0, so what that one counted is kept. A program that starts a
    /// process for each report goes on counting.
    private mutating func replaceEnded(by reporter: pid_t) {
        guard reporter != 0, let report = reports[reporter], report.isComplete else { return }
        for (pid, former) in reports where pid != reporter && pid != 0 {
            guard kill(pid, 0) != 0, errno == ESRCH else { continue }
            reports[pid] = nil
            if !report.continues(former) { past.keepCounters(of: former) }
        }
    }
}
