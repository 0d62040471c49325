/// What a get says of how much there is, in the beginning and in the end.
extension ProgressReporter {
    /// Says what was there before anything came.
    mutating func sayPresent(_ status: TorrentStatus, isInCache: Bool) {
        guard status.present > 0 else { return }
        let present = ByteCount(status.present)
        let amount =
            status.wasComplete
            ? "all of the data, \(present), is" : "\(present) of \(ByteCount(status.wanted)) are"
        say("\(amount) \(isInCache ? "in the cache" : "there") already and verified")
    }

    /// Says how much came in how long, where anything did.
    mutating func sayTotals(_ status: TorrentStatus, received: Int64, after time: Duration) {
        guard received > 0 else { return }
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        let rate = Int64(Double(received) / max(seconds, 0.001))
        say(
            """
            done: \(ByteCount(status.wanted)) verified, \(ByteCount(received)) received in \
            \(ProgressLine.time(time)) (\(ByteCount(rate))/s)
            """)
    }
}
