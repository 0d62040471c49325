/// Why nothing comes: what peers, trackers, web seeds and the DHT say.
struct StallReport: CustomStringConvertible {
    let status: TorrentStatus
    let trackers: [TrackerStatus]
    /// What went wrong with web seeds, one line each.
    var webSeedFailures: [String] = []
    /// nil where the DHT is off.
    let dhtNodes: Int?

    var description: String {
        ([peers] + trackerLines + webSeedFailures.map { "web seed \($0)" } + [dht])
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
        return trackers.map { "tracker \($0.url): \(Self.answer(of: $0))" }
    }

    private static func answer(of tracker: TrackerStatus) -> String {
        let seeds = tracker.seeds.map { ", and knows \(count($0, "seed"))" } ?? ""
        return switch (tracker.works, tracker.message.isEmpty) {
        case (true, true): "works" + seeds
        case (true, false): "works\(seeds); it says: \(tracker.message)"
        case (false, true): "has not answered"
        case (false, false): tracker.message
        }
    }

    private var dht: String {
        switch dhtNodes {
        case nil: "the DHT is off"
        case 0: "the DHT knows no node: is UDP to the outside blocked?"
        case let nodes?: "the DHT knows \(Self.count(nodes, "node"))"
        }
    }

    private static func count(_ number: Int, _ what: String) -> String {
        "\(number) \(what)\(number == 1 ? "" : "s")"
    }
}
