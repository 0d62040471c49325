/// Web servers that have the data, but should send as little of it as possible: they are asked only if the peers do
/// not give enough.
struct ReserveWebSeeds {
    let urls: [RemoteURL]
    /// They are asked.
    private(set) var isUsed = false
    private let start: ContinuousClock.Instant
    private var received: Int64 = 0
    private var lastByte: ContinuousClock.Instant

    /// Peers get this long to send something, or to show that one of them has all of the data.
    private static let patience = Duration.seconds(3)
    /// After this time, the rate counts.
    private static let warmUp = Duration.seconds(10)
    /// Peers that together send less, in bytes per second, get help.
    private static let lowestRate: Int64 = 1 << 20

    init(_ urls: [RemoteURL], now: ContinuousClock.Instant) {
        self.urls = urls
        start = now
        lastByte = now
    }

    /// True from the moment at which the servers are needed, once.
    mutating func becomesNeeded(_ status: TorrentStatus, now: ContinuousClock.Instant) -> Bool {
        guard !urls.isEmpty, !isUsed, status.state == .downloading else { return false }
        if status.downloaded != received {
            received = status.downloaded
            lastByte = now
        }
        let isSilent = now - lastByte >= Self.patience
        let isPartial = status.seeds == 0 && now - start >= Self.patience
        let time = now - start
        let rate = Double(status.downloaded) / max(time / .seconds(1), 1)
        let isSlow = time >= Self.warmUp && rate < Double(Self.lowestRate)
        isUsed = isSilent || isPartial || isSlow
        return isUsed
    }
}
