import LinuxSystem
import Metrics
import SeedList

/// What a seeder reports about itself, in datagrams of `NAME=VALUE` lines as in sd_notify(3).
struct SeederNote: Equatable, Sendable {
    /// `STATUS=`, for people.
    var status: String?
    /// How it serves its lines. nil if the seeder does not report that.
    var serving: ServingReport?
    /// Its numbers.
    var metrics = MetricReport()

    /// The maximum length of a status in characters.
    static let longestStatus = 200

    /// Applies a datagram. Fields that it does not contain keep their value.
    mutating func take(_ datagram: [UInt8]) {
        let lines = String(decoding: datagram, as: UTF8.self).unicodeScalars
            .split(separator: "\n").map { Substring($0) }
        let field = "STATUS=".utf8
        if let line = lines.last(where: { $0.utf8.starts(with: field) }) {
            let words = String(Substring(line.utf8.dropFirst(field.count))).onOneLine
            let status = String(words.unicodeScalars.prefix(Self.longestStatus))
            self.status = status.isEmpty ? nil : status
        }
        if let serving = ServingReport(datagramLines: lines) { self.serving = serving }
        metrics.take(lines)
    }
}
