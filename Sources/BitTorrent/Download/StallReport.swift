/// Explains why a download receives nothing: the state of peers, trackers, web seeds and the DHT.
struct StallReport: CustomStringConvertible {
    let status: TorrentStatus
    let trackers: [TrackerStatus]
    /// The URLs of the web seeds.
    var webSeeds: [String] = []
    /// The failures of the web seeds.
    var webSeedFailures: [WebSeedFailure] = []
    /// What is known about the peers.
    var peers = PeerFindings()
    /// nil until the metadata is known.
    var missing: MissingPieces?
    /// nil if the DHT is off.
    let dhtNodes: Int?
    /// The DHT setting with its bootstrap nodes.
    var dht = EngineConfiguration().dht
    /// True if an interface other than loopback has an address.
    var hasNetwork = true
    /// The names of the settings in messages.
    var names = SettingNames()
    /// The peers are asked for torrents of a digest.
    var isRendezvous = false
    /// Why torrents that they named were refused.
    var refusals: [String] = []

    /// There is no network, and nobody on this machine has the torrent.
    private var lacksNetwork: Bool { !hasNetwork && status.peers == 0 }

    var description: String {
        let network = lacksNetwork ? [Self.noNetwork] : []
        let refused = refusals.map { "a torrent was refused: \($0)" }
        return (network + peerLines + refused + trackerLines + webSeedLines + [dhtLine])
            .joined(separator: "\n  ")
    }

    /// The message if only the loopback interface has an address.
    static let noNetwork = "there is no network: only the loopback interface has an address"
    /// What to do about a missing network.
    static let networkAdvice = "In a Dockerfile: RUN --network=host, or RUN without --network=none"

    /// What the user can do about it.
    var advice: String {
        if lacksNetwork { return "hint: connect to a network. \(Self.networkAdvice)" }
        if isRendezvous { return rendezvousAdvice }
        if status.peers > 0 {
            return
                "hint: wait for a seed, or add one (\(names[.peers]), or x.pe= or ws= in the link)"
        }
        if status.knownPeers > peers.departed(.gaveAll).count {
            return """
                hint: make a seeder reachable. Publish its port (-p 6881:6881), or run both on the \
                host's network
                """
        }
        return """
            hint: start a seeder, and name it (\(names[.peers]), or x.pe= in the link), a tracker \
            that knows it (tr=) or a web seed (ws=)
            """
    }

    private var rendezvousAdvice: String {
        """
        hint: start a seeder of this content that was downloaded or published with its digest. Name it \
        (\(names[.peers])), or a tracker that it announces to (\(names[.trackers])). It must be \
        reachable: publish its port (-p 6881:6881), or run it on the host's network
        """
    }

    private var peerLines: [String] {
        let gaveAll = peers.departed(.gaveAll).count
        // A web server does not offer the torrent to peers.
        let refused = webSeeds.isEmpty ? peers.departed(.refused) : []
        let left = peers.departed(.left)
        var lines = status.peers > 0 ? [connected] : []
        if gaveAll > 0 {
            let have = gaveAll == 1 ? "has sent all that it has" : "have sent all that they have"
            lines.append("\(Self.count(gaveAll, "peer")) \(have), which is not all of the data")
        }
        guard status.peers == 0 else { return lines }
        if let reason = left.first?.reason {
            let peers = Self.count(left.count, "peer")
            lines.append(
                isRendezvous
                    ? "\(peers) answered, but named no usable torrent"
                    : "\(peers) had the torrent but disconnected: \(reason)")
        }
        if let reason = refused.first?.reason {
            let what = isRendezvous ? "did not know the digest" : "did not offer the torrent"
            lines.append(
                "\(Self.count(refused.count, "peer")) answered, but \(what): \(reason)")
        }
        switch status.knownPeers - gaveAll - left.count - refused.count {
        case ...0: return lines.isEmpty ? ["no peer was found"] : lines
        case 1: return lines + ["1 peer is known, but cannot be reached"]
        case let count: return lines + ["\(count) peers are known, but none can be reached"]
        }
    }

    private var connected: String {
        let peers =
            "connected to \(Self.count(status.peers, "peer")), \(status.seeds) of them seeds"
        if isRendezvous {
            return
                "connected to \(Self.count(status.peers, "peer")), but none has named a usable torrent"
        }
        guard let missing else { return "\(peers), but none has sent the metadata" }
        if missing.count > 0, missing.unavailable == missing.count {
            return
                "\(peers), but none has any of the \(missing.count) missing pieces"
        }
        let nobody =
            missing.unavailable > 0
            ? ", and no peer has \(missing.unavailable) of the \(missing.count) missing pieces"
            : ""
        return "\(peers), but none sends data\(nobody)"
    }

    private var trackerLines: [String] {
        guard !trackers.isEmpty else {
            return [
                isRendezvous
                    ? "no tracker: \(names[.trackers]) names none"
                    : "no tracker: neither the link nor the torrent nor \(names[.trackers]) names one"
            ]
        }
        return trackers.map { "tracker \($0.name): \($0.answer)" }
    }

    private var webSeedLines: [String] {
        WebSeedReport(webSeeds: webSeeds, failures: webSeedFailures).lines
    }

    private var dhtLine: String {
        switch dhtNodes {
        case nil: "the DHT is off"
        case 0: "the DHT has no nodes" + whyNoNodes
        case let nodes?: "the DHT has \(Self.count(nodes, "node"))"
        }
    }

    /// Explains an empty routing table. The bootstrap nodes are not part of it, even if they
    /// answer.
    private var whyNoNodes: String {
        switch dht {
        case .off, .on(bootstrap: EngineConfiguration.defaultBootstrap):
            ": is outgoing UDP blocked?"
        case .on(bootstrap: []):
            " to start from: \(names[.allow]) and \(names[.proxy]) exclude the public ones"
        case .on: " except those in \(names[.dht]), if they answer"
        }
    }

    private static func count(_ number: Int, _ what: String) -> String {
        "\(number) \(what)\(number == 1 ? "" : "s")"
    }
}
