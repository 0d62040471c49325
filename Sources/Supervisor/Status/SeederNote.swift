import LinuxSystem
import SeedList

/// What a seeder says of itself, in datagrams of `NAME=VALUE` lines as sd_notify(3) has them.
struct SeederNote: Equatable, Sendable {
    /// `STATUS=`: for people.
    var status: String?
    /// How it serves its lines; nil for a seeder that does not say.
    var serving: ServingReport?

    /// So many characters of a status are kept.
    static let longestStatus = 200

    /// Takes what a datagram tells; what it does not mention stays.
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
    }
}
