/// Why nothing comes: what peers, trackers and the DHT say.
struct StallReport: CustomStringConvertible {
    let status: TorrentStatus
    let trackers: [TrackerStatus]
    /// nil where the DHT is off.
    let dhtNodes: Int?

    var description: String {
        ([peers] + trackerLines + [dht]).joined(separator: "\n  ")
    }

    private var peers: String {
        if status.peers > 0 {
            return
                "connected to \(status.peers) peers, \(status.seeds) of them seeds, but none sends data"
        }
        if status.knownPeers > 0 {
            return "\(status.knownPeers) peers are known, but none can be reached"
        }
        return "no peer was found"
    }

    private var trackerLines: [String] {
        guard !trackers.isEmpty else {
            return ["no tracker: neither the link nor PIERDAT_TRACKERS names one"]
        }
        return trackers.map { tracker in
            let answer =
                switch (tracker.works, tracker.message.isEmpty) {
                case (true, true): "works"
                case (false, true): "has not answered"
                case (_, false): tracker.message
                }
            return "tracker \(tracker.url): \(answer)"
        }
    }

    private var dht: String {
        switch dhtNodes {
        case nil: "the DHT is off"
        case 0: "the DHT knows no node: is UDP to the outside blocked?"
        case let nodes?: "the DHT knows \(nodes) nodes"
        }
    }
}
