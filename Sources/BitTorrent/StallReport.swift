/// Why nothing comes: what peers, trackers, web seeds and the DHT say.
struct StallReport: CustomStringConvertible {
    let status: TorrentStatus
    let trackers: [TrackerStatus]
    /// The URLs of web seeds.
    var webSeeds: [String] = []
    /// What went wrong with them.
    var webSeedFailures: [WebSeedFailure] = []
    /// nil where the DHT is off.
    let dhtNodes: Int?
    /// Where the DHT is to begin.
    var dht = EngineConfiguration().dht

    var description: String {
        ([peers] + trackerLines + webSeedLines + [dhtLine])
            .joined(separator: "\n  ")
    }

    private var peers: String {
        if status.peers > 0 {
            return
                "connected to \(Self.count(status.peers, "peer")), \(status.seeds) of them seeds, but none sends data"
        }
        switch status.knownPeers {
        case ...0: return "no peer was found"
        case 1: return "1 peer is known, but cannot be reached"
        default: return "\(status.knownPeers) peers are known, but none can be reached"
        }
    }

    private var trackerLines: [String] {
        guard !trackers.isEmpty else {
            return ["no tracker: neither the link nor PIERDAT_TRACKERS names one"]
        }
        return trackers.map { "tracker \($0.name): \($0.answer)" }
    }

    private var webSeedLines: [String] {
        WebSeedReport(webSeeds: webSeeds, failures: webSeedFailures).lines
    }

    private var dhtLine: String {
        switch dhtNodes {
        case nil: "the DHT is off"
        case 0: "the DHT knows no node" + whyNoNodes
        case let nodes?: "the DHT knows \(Self.count(nodes, "node"))"
        }
    }

    /// Those that it begins with are no part of its table, whether they answer or not.
    private var whyNoNodes: String {
        switch dht {
        case .off, .on(bootstrap: EngineConfiguration.defaultBootstrap):
            ": is UDP to the outside blocked?"
        case .on(bootstrap: []):
            " to begin with: PIERDAT_ALLOW and PIERDAT_PROXY leave out the public ones"
        case .on: " but those that PIERDAT_DHT names, if they answer"
        }
    }

    private static func count(_ number: Int, _ what: String) -> String {
        "\(number) \(what)\(number == 1 ? "" : "s")"
    }
}
