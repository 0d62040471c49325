import PeerFixtures

/// Two hosts and a tracker in their own network.
struct TrackedSwarm: Sendable {
    let network: VirtualNetwork
    let tracker: Tracker
    /// The tracker's host.
    let tracking: Host
    /// The torrent with the tracker in it.
    let torrent: TorrentFile
    /// Our host.
    let ours: Host
    /// The other client's host.
    let other: Host

    /// The magnet link with the tracker in it.
    var magnet: String { torrent.magnet("tr=\(tracker.announce())") }
}

extension Arrangement {
    /// Creates the network while `body` runs.
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
