/// A line that shows the progress of a download.
struct ProgressLine: CustomStringConvertible {
    let status: TorrentStatus

    var description: String {
        switch status.state {
        case .fetchingMetadata:
            return "requesting the metadata from peers: \(peers)"
        case .checking(let fraction):
            return "checking existing data: \(Self.percent(fraction))"
        case .downloading, .complete:
            let fraction = status.wanted > 0 ? Double(status.done) / Double(status.wanted) : 1
            let amount = "\(ByteCount(status.done)) of \(ByteCount(status.wanted))"
            let rate = "\(ByteCount(Int64(status.downloadRate)))/s"
            let left = remaining.map { ", \($0) left" } ?? ""
            return "\(Self.percent(fraction)) of data: \(amount), \(rate)\(left), \(peers)"
        }
    }

    /// The line in at most `columns` characters. The last parts are dropped first.
    func shortened(to columns: Int) -> String {
        var parts = description.split(separator: ", ")
        func length() -> Int { parts.reduce(-2) { $0 + $1.count + 2 } }
        while parts.count > 1, length() > columns { parts.removeLast() }
        return String(parts.joined(separator: ", ").prefix(max(0, columns)))
    }

    private var peers: String {
        "\(status.peers) \(status.peers == 1 ? "peer" : "peers"), "
            + "\(status.seeds) \(status.seeds == 1 ? "seed" : "seeds")"
    }

    /// The estimated remaining time. nil if the rate is zero or unknown.
    private var remaining: String? {
        guard status.downloadRate > 0, status.done > 0, status.done < status.wanted else {
            return nil
        }
        let seconds = status.missing / Int64(status.downloadRate)
        return Self.time(.seconds(seconds))
    }

    /// Rounded down, so that 100 % means complete.
    static func percent(_ fraction: Double) -> String {
        "\(Int(max(0, min(1, fraction)) * 100))%"
    }

    /// Formats a duration as `45s`, `3m20s` or `2h05m`.
    static func time(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        switch seconds {
        case ..<60: return "\(seconds)s"
        case ..<3600: return "\(seconds / 60)m\(two(seconds % 60))s"
        default: return "\(seconds / 3600)h\(two(seconds / 60 % 60))m"
        }
    }
}
