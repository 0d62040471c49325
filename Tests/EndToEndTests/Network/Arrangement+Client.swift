import PeerFixtures
import Testing

/// Another client and we, each on a host of its own, who find each other by a tracker.
extension Arrangement {
    /// Has us, set up as `environment` says, resolve the magnet link and get the data from `client`.
    func get(
        from client: Client, isEncrypted: Bool = false, environment: [String: String] = [:]
    ) async throws {
        try await inTrackedSwarm { swarm in
            try await client.seeding(
                swarm.torrent, data, state: folder.make("state"), on: swarm.other,
                isEncrypted: isEncrypted
            ) {
                try await swarm.tracker.hasSeed(of: torrent)
                let ended = try await overlay(on: swarm.ours, environment).pierdat(
                    swarm.magnet, destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
            }
        }
        #expect(try isComplete)
    }

    /// Has `client` get the data from us, set up as `environment` says: by the magnet link where
    /// `isResolved`, else by the .torrent file.
    func give(
        to client: Client, isResolved: Bool, isEncrypted: Bool = false,
        environment: [String: String] = [:]
    ) async throws {
        try await inTrackedSwarm { swarm in
            try await overlay(on: swarm.ours, environment).seeding(
                torrent, in: data.folder, tracker: swarm.tracker
            ) { _ in
                try await client.download(
                    isResolved ? swarm.magnet : swarm.torrent.path.string,
                    into: folder.make("destination"), state: folder.make("state"),
                    on: swarm.other, isEncrypted: isEncrypted)
            }
        }
        #expect(try client.hasAll(of: data, below: destination))
    }

    private func overlay(on host: Host, _ environment: [String: String]) -> Overlay {
        var overlay = overlay.on(host)
        overlay.environment.merge(environment) { $1 }
        return overlay
    }
}
