/// Messages about the amount of data at the beginning and the end of a download.
extension ProgressReporter {
    /// Reports how much data was present before the download.
    mutating func sayPresent(_ status: TorrentStatus, isInCache: Bool) {
        guard status.present > 0 else { return }
        let present = ByteCount(status.present)
        let amount =
            status.wasComplete
            ? "all of the data, \(present), is" : "\(present) of \(ByteCount(status.wanted)) are"
        say("\(amount) \(isInCache ? "in the cache" : "there") already and verified")
    }

    /// Reports the downloaded amount and the duration, if anything was downloaded.
    mutating func sayTotals(_ status: TorrentStatus, received: Int64, after time: Duration) {
        guard received > 0 else { return }
        sayTotals(of: status.wanted, received: received, after: time)
    }

    /// Reports the size of the data, whether it is verified, and how many bytes were received in which time.
    package mutating func sayTotals(
        of size: Int64, received: Int64, after time: Duration, isVerified: Bool = true
    ) {
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        let rate = Int64(Double(received) / max(seconds, 0.001))
        say(
            """
            done: \(ByteCount(size))\(isVerified ? " verified" : ""), \(ByteCount(received)) received in \
            \(ProgressLine.time(time)) (\(ByteCount(rate))/s)
            """)
    }
}
