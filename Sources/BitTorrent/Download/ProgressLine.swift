/// A line that shows the progress of a download.
package struct ProgressLine: CustomStringConvertible {
    let status: TorrentStatus

    package var description: String {
        switch status.state {
        case .fetchingMetadata:
            return "requesting the metadata from peers: \(peers)"
        case .checking(let fraction):
            return "checking existing data: \(Self.percent(fraction))"
        case .downloading, .complete:
            return Self.data(
                status.done, of: status.wanted, rate: Int64(status.downloadRate), sources: peers)
        }
    }

    private var peers: String {
        "\(status.peers) \(status.peers == 1 ? "peer" : "peers"), "
            + "\(status.seeds) \(status.seeds == 1 ? "seed" : "seeds")"
    }

    /// The line while data is downloaded: bytes that are done and wanted, bytes per second, and where they
    /// come from.
    package static func data(
        _ done: Int64, of wanted: Int64, rate: Int64, sources: String
    ) -> String {
        let fraction = wanted > 0 ? Double(done) / Double(wanted) : 1
        let left = remaining(wanted - done, of: wanted, rate: rate).map { ", \($0) left" } ?? ""
        return """
            \(percent(fraction)) of data: \(ByteCount(done)) of \(ByteCount(wanted)), \(ByteCount(rate))/s\(left), \
            \(sources)
            """
    }

    /// The estimated remaining time. nil if the rate is zero or unknown.
    private static func remaining(_ missing: Int64, of wanted: Int64, rate: Int64) -> String? {
        guard rate > 0, missing > 0, missing < wanted else { return nil }
        return time(.seconds(missing / rate))
    }

    /// Rounded down, so that 100 % means complete.
    static func percent(_ fraction: Double) -> String {
        "\(Int(max(0, min(1, fraction)) * 100))%"
    }

    /// Formats a duration as `45s`, `3m20s` or `2h05m`.
    package static func time(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        switch seconds {
        case ..<60: return "\(seconds)s"
        case ..<3600: return "\(seconds / 60)m\(two(seconds % 60))s"
        default: return "\(seconds / 3600)h\(two(seconds / 60 % 60))m"
        }
    }
}
