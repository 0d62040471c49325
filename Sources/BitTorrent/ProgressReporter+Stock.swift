/// What a get says of how much there is, in the beginning and in the end.
extension ProgressReporter {
    /// Says what was there before anything came.
    mutating func sayPresent(_ status: TorrentStatus, isInCache: Bool) {
        // What a fast peer has sent meanwhile was not there.
        let present = status.done - status.downloaded
        guard present > 0 else { return }
        let isAll = status.done == status.wanted && status.downloaded == 0
        let amount =
            isAll
            ? "all of the data, \(ByteCount(present)), is"
            : "\(ByteCount(present)) of \(ByteCount(status.wanted)) are"
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
