/// What a ``Download`` has found out about those who should give the data.
struct PeerFindings {
    /// Where the DHT and trackers have us among the peers.
    private var ownAddresses: Set<String> = []
    private var bannedPeers: Set<String> = []
    /// What went wrong with web seeds, the last of each file.
    private(set) var webSeedFailures: [WebSeedFailure] = []
    /// How often such a failure was news.
    private var failuresTold = 0

    /// How the connections to peers ended, by their addresses.
    private var departures: [String: PeerDeparture] = [:]

    private static let mostDepartures = 1000
    private static let mostFailures = 1000
    private static let mostTold = 20

    /// Takes down that `peer` is banned. Returns whether that is news: it comes once for each block.
    mutating func ban(_ peer: String) -> Bool {
        bannedPeers.insert(peer).inserted
    }

    mutating func note(ownAddress address: String) {
        ownAddresses.insert(address)
    }

    /// Takes down what went wrong with a web seed. Returns whether to tell it at once: a file that one does not
    /// have is news, the first time, as long as there are not too many of them.
    mutating func note(_ failure: WebSeedFailure) -> Bool {
        let isKnown = webSeedFailures.contains(failure)
        webSeedFailures.removeAll { $0.url == failure.url && $0.file == failure.file }
        webSeedFailures = webSeedFailures.suffix(Self.mostFailures - 1) + [failure]
        guard !isKnown, failure.file != nil, failuresTold < Self.mostTold else { return false }
        failuresTold += 1
        return true
    }

    mutating func note(_ departure: PeerDeparture) {
        let isNew = departures[departure.address] == nil
        guard !isNew || departures.count < Self.mostDepartures else { return }
        departures[departure.address] = departure
    }

    /// Peers that were reached, and that are not connected any more for this `kind` of reason.
    func departed(_ kind: PeerDeparture.Kind) -> [PeerDeparture] {
        departures.values.filter { departure in
            // The other end of a connection to ourselves sees it end, too.
            let host = PeerName(departure.address[...])?.host ?? ""
            return departure.kind == kind && !ownAddresses.contains(host)
        }
    }

    /// How many of `known` addresses are others'.
    func others(among known: Int) -> Int { known - ownAddresses.count }
}
