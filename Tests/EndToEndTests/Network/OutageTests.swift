import PeerFixtures
import SystemPackage
import Testing

/// The behaviour depends on the length of the outage: requests time out after 20 s, and connections
/// and trackers are retried with increasing delays. So this tests the 30 s that are promised.
@Suite("Network outage of 30 s", .timeLimit(.minutes(4)))
struct OutageTests {
    private static let length = Duration.seconds(30)

    @Test(
        "A download continues by itself after an outage on either side", arguments: [true, false])
    func get(isOurs: Bool) async throws {
        let given = try await Arrangement()
        try await VirtualNetwork.with { network in
            let (ours, other) = try await (network.host(.v4), network.host(.v4))
            try await given.origin.on(other).seeding(given.torrent, in: given.data.folder) { seed in
                var get = given.overlay.command(
                    "pierdat", given.torrent.magnet("x.pe=\(seed.address)"),
                    given.destination.string)
                get.environment["PIERDAT_DOWNLOAD_LIMIT"] = "100k"
                try await RunningProcess.with(ours.command(get)) { get in
                    _ = try await get.line(containing: "% of data")
                    try await network.loseCable(of: isOurs ? ours : other, for: Self.length)
                    _ = try await get.line(containing: "done:")
                    try await get.end()
                }
            }
        }
        #expect(try given.isComplete)
    }

    /// How a downloader finds the seeder.
    enum Way: CaseIterable { case name, tracker }

    @Test(
        "A download that started during the outage reaches the seeder by itself",
        arguments: Way.allCases)
    func seederAway(way: Way) async throws {
        let given = try await Arrangement()
        try await given.inTrackedSwarm { swarm in
            let origin = try given.origin.on(swarm.other)
            try await origin.seeding(
                given.torrent, in: given.data.folder, tracker: swarm.tracker
            ) { seed in
                try await swarm.network.unplug(swarm.other)
                var get = given.overlay.on(swarm.ours).command(
                    "pierdat", way == .name ? given.torrent.magnet() : swarm.magnet,
                    given.destination.string)
                get.environment["PIERDAT_PEERS"] = way == .name ? seed.address : nil
                try await RunningProcess.with(get) { get in
                    _ = try await get.line(containing: "0 peers")
                    try await swarm.network.loseCable(of: swarm.other, for: Self.length)
                    _ = try await get.line(containing: "done:")
                    try await get.end()
                }
            }
        }
        #expect(try given.isComplete)
    }

    @Test("A seeder that could not reach its tracker is announced by itself and found through it")
    func trackerAway() async throws {
        let given = try await Arrangement()
        try await given.inTrackedSwarm { swarm in
            try await swarm.network.unplug(swarm.tracking)
            var seed = try given.origin.on(swarm.other).command(
                "pierdat-seed-bittorrent", given.torrent.path.string, given.data.folder.string)
            seed.environment["PIERDAT_TRACKERS"] = swarm.tracker.announce()
            try await RunningProcess.with(seed) { seed in
                _ = try await seed.line(containing: "listening on port")
                try await swarm.network.loseCable(of: swarm.tracking, for: Self.length)
                try await swarm.tracker.hasSeed(of: given.torrent)
                let ended = try await given.overlay.on(swarm.ours).pierdat(
                    swarm.magnet, given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
            }
        }
        #expect(try given.isComplete)
    }
}

extension VirtualNetwork {
    /// Unplugs the cable of `host` for this time.
    fileprivate func loseCable(of host: Host, for length: Duration) async throws {
        try await unplug(host)
        try await Task.sleep(for: length)
        try await plugIn(host)
    }
}

extension Arrangement {
    /// A separate overlay for the origin.
    fileprivate var origin: Overlay {
        get throws { try Overlay(folder.path.appending("origin overlay")) }
    }
}
