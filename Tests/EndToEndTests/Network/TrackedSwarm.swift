import PeerFixtures

/// Two hosts and a tracker, on a network of their own.
struct TrackedSwarm: Sendable {
    let network: VirtualNetwork
    let tracker: Tracker
    /// Where the tracker is.
    let tracking: Host
    /// The torrent that is arranged, with the tracker in it.
    let torrent: TorrentFile
    /// Where we are.
    let ours: Host
    /// Where another client is.
    let other: Host

    /// The magnet link, with the tracker in it.
    var magnet: String { torrent.magnet("tr=\(tracker.announce())") }
}

extension Arrangement {
    /// Makes the network while `body` runs.
    func inTrackedSwarm(_ body: @Sendable (TrackedSwarm) async throws -> Void) async throws {
        try await VirtualNetwork.with { network in
            let tracking = try await network.host(.v4)
            let ours = try await network.host()
            let other = try await network.host()
            try await Tracker.tracking([torrent], in: folder.path, on: tracking) { tracker in
                let announced = try torrent.announced(
                    to: tracker.announce(), at: folder.path.appending("announced.torrent"))
                try await body(
                    TrackedSwarm(
                        network: network, tracker: tracker, tracking: tracking, torrent: announced,
                        ours: ours,
                        other: other))
            }
        }
    }
}
