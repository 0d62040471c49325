/// What a ``Download`` has found out about those who should give the data.
struct SwarmFindings {
    /// Where the DHT and trackers have us among the peers.
    private var ownAddresses: Set<String> = []
    private var bannedPeers: Set<String> = []
    /// Whether a piece has come corrupt.
    private(set) var hasSeenCorruption = false
    /// Of what went wrong with web seeds the last of each kind.
    private(set) var webSeedFailures: [WebSeedFailure] = []

    private static let mostFailures = 5

    /// Takes down that `peer` is banned. Returns whether that is news: it comes once for each block.
    mutating func ban(_ peer: String) -> Bool {
        bannedPeers.insert(peer).inserted
    }

    mutating func noteCorruption() {
        hasSeenCorruption = true
    }

    mutating func note(ownAddress address: String) {
        ownAddresses.insert(address)
    }

    mutating func note(_ failure: WebSeedFailure) {
        webSeedFailures.removeAll { $0 == failure }
        webSeedFailures = webSeedFailures.suffix(Self.mostFailures - 1) + [failure]
    }

    /// How many of `known` addresses are others'.
    func others(among known: Int) -> Int { known - ownAddresses.count }
}
