/// What a ``Download`` has learned about its peers and web seeds.
struct PeerFindings {
    /// Our own addresses among those from the DHT and trackers.
    private var ownAddresses: Set<String> = []
    private var bannedPeers: Set<String> = []
    /// The latest failure of each file of a web seed.
    private(set) var webSeedFailures: [WebSeedFailure] = []
    /// How many failures were reported immediately.
    private var failuresTold = 0

    /// How connections to peers ended, by address.
    private var departures: [String: PeerDeparture] = [:]

    private static let mostDepartures = 1000
    private static let mostFailures = 1000
    private static let mostTold = 20

    /// Records that `peer` is banned. Returns true the first time, because libtorrent reports it
    /// for each block.
    mutating func ban(_ peer: String) -> Bool {
        bannedPeers.insert(peer).inserted
    }

    mutating func note(ownAddress address: String) {
        ownAddresses.insert(address)
    }

    /// Records a failure of a web seed. Returns true if it should be reported immediately: for a
    /// new failure of a single file, up to a maximum number.
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

    /// Peers that were reached but disconnected for this kind of reason.
    func departed(_ kind: PeerDeparture.Kind) -> [PeerDeparture] {
        departures.values.filter { departure in
            // In a self-connection, both ends see a disconnect.
            let host = PeerName(departure.address[...])?.host ?? ""
            return departure.kind == kind && !ownAddresses.contains(host)
        }
    }

    /// The number of `known` addresses that are not ours.
    func others(among known: Int) -> Int { known - ownAddresses.count }
}
