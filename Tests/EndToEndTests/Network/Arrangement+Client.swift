import Foundation
import PeerFixtures
import Testing

/// Another client and Pierdat on separate hosts, which find each other through a tracker.
extension Arrangement {
    /// We resolve the magnet link and download the data from `client`, with our settings in
    /// `environment`. If `isClear` is given, it states whether our traffic is unencrypted.
    func get(
        from client: Client, isEncrypted: Bool = false, environment: [String: String] = [:],
        isClear: Bool? = nil
    ) async throws {
        try await inTrackedSwarm { swarm in
            try await client.seeding(
                swarm.torrent, data, state: folder.make("state"), on: swarm.other,
                isEncrypted: isEncrypted
            ) {
                try await swarm.tracker.hasSeed(of: torrent)
                try await expectClear(isClear, swarm) {
                    let ended = try await overlay(on: swarm.ours, environment).pierdat(
                        swarm.magnet, destination.string)
                    #expect(ended.status == .exited(0), "\(ended)")
                }
            }
        }
        #expect(try isComplete)
    }

    /// `client` downloads the data from us, with our settings in `environment`: by magnet link if
    /// `isResolved`, otherwise by .torrent.
    func give(
        to client: Client, isResolved: Bool, isEncrypted: Bool = false,
        environment: [String: String] = [:], isClear: Bool? = nil
    ) async throws {
        try await give(environment: environment, isClear: isClear) { swarm in
            try await client.download(
                isResolved ? swarm.magnet : swarm.torrent.path.string,
                into: folder.make("destination"), state: folder.make("state"),
                on: swarm.other, isEncrypted: isEncrypted)
        }
        #expect(try client.hasAll(of: data, below: destination))
    }

    /// Transmission, with `settings` overriding its usual ones, downloads the data from us by
    /// .torrent.
    func giveToTransmission(
        with settings: [String: String], environment: [String: String], isClear: Bool? = nil
    ) async throws {
        try await give(environment: environment, isClear: isClear) { swarm in
            try await Transmission.download(
                swarm.torrent.path.string, into: folder.make("destination"),
                state: folder.make("state"), on: swarm.other, settings: settings)
        }
        #expect(try Client.transmission.hasAll(of: data, below: destination))
    }

    private func give(
        environment: [String: String], isClear: Bool?,
        download: @Sendable (TrackedSwarm) async throws -> Void
    ) async throws {
        try await inTrackedSwarm { swarm in
            try await overlay(on: swarm.ours, environment).seeding(
                torrent, in: data.folder, tracker: swarm.tracker
            ) { _ in
                try await expectClear(isClear, swarm) { try await download(swarm) }
            }
        }
    }

    /// The start of every unencrypted connection, over TCP and uTP (BEP 3).
    private static let handshake = Data("\u{13}BitTorrent protocol".utf8)

    /// Expects that we start unencrypted connections, or never do, while `body` runs.
    private func expectClear(
        _ isClear: Bool?, _ swarm: TrackedSwarm, _ body: @Sendable () async throws -> Void
    ) async throws {
        guard let isClear else { return try await body() }
        let sent = [swarm.ours.v4, swarm.ours.v6].compactMap { $0.map { "src host \($0)" } }
        try await PacketCapture.capturing(
            sent.joined(separator: " or "), on: swarm.ours,
            into: folder.path.appending("sent")
        ) { capture in
            try await body()
            #expect(try capture.contains(Self.handshake) == isClear)
        }
    }

    private func overlay(on host: PeerFixtures.Host, _ environment: [String: String]) -> Overlay {
        var overlay = overlay.on(host)
        overlay.environment.merge(environment) { $1 }
        return overlay
    }
}
