import PeerFixtures
import SystemPackage
import Testing

/// As in a container whose network is connected after its start, or during the boot of a machine.
@Suite("Network that becomes available after the start", .timeLimit(.minutes(3)))
struct LateNetworkTests {
    /// What is missing at first.
    enum Lack: CaseIterable, Sendable {
        /// The carrier. The address exists.
        case carrier
        /// The address. The device is down.
        case addresses
        /// The address on an IPv6-only network.
        case addressesOfV6

        var families: VirtualNetwork.Families {
            switch self {
            case .carrier, .addresses: .v4
            case .addressesOfV6: .v6
            }
        }

        func begin(at host: Host, in network: VirtualNetwork) async throws {
            switch self {
            case .carrier: try await network.unplug(host)
            case .addresses, .addressesOfV6: try await host.loseAddresses()
            }
        }

        func end(at host: Host, in network: VirtualNetwork) async throws {
            switch self {
            case .carrier: try await network.plugIn(host)
            case .addresses, .addressesOfV6: try await host.regainAddresses()
            }
        }
    }

    @Test("A download that starts without a network completes by itself", arguments: Lack.allCases)
    func get(_ lack: Lack) async throws {
        let given = try await Arrangement()
        try await VirtualNetwork.with { network in
            let ours = try await network.host(lack.families)
            let other = try await network.host(lack.families)
            try await given.origin.on(other).seeding(given.torrent, in: given.data.folder) { seed in
                try await lack.begin(at: ours, in: network)
                let get = given.overlay.on(ours).command(
                    "pierdat", given.torrent.magnet("x.pe=\(seed.address)"),
                    given.destination.string)
                try await RunningProcess.with(get) { get in
                    _ = try await get.line(containing: "0 peers")
                    try await lack.end(at: ours, in: network)
                    _ = try await get.line(containing: "done:")
                    try await get.end()
                }
            }
        }
        #expect(try given.isComplete)
    }

    @Test(
        "Peer names that could not be resolved are resolved when the network is available",
        arguments: [Lack.carrier, .addresses])
    func names(_ lack: Lack) async throws {
        let given = try await Arrangement()
        try await VirtualNetwork.with { network in
            let ours = try await network.host(.v4)
            let other = try await network.host(.v4)
            let address = try #require(other.v4)
            try await NameServer.answering(
                "\(address) seed.example\n", on: other, state: given.folder.path, for: .network
            ) { server in
                try await given.origin.on(other).seeding(given.torrent, in: given.data.folder) {
                    seed in
                    try await lack.begin(at: ours, in: network)
                    var get = given.overlay.command(
                        "pierdat", given.torrent.magnet(), given.destination.string)
                    get.environment["PIERDAT_PEERS"] = "seed.example:\(seed.port)"
                    get.environment["PIERDAT_RESOLVE_INTERVAL"] = "86400"
                    try await RunningProcess.with(ours.command(server.asked(by: get))) { get in
                        _ = try await get.line(containing: "0 peers")
                        try await lack.end(at: ours, in: network)
                        _ = try await get.line(containing: "done:")
                        try await get.end()
                    }
                }
            }
        }
        #expect(try given.isComplete)
    }

    @Test(
        "A seeder that starts without a network is reachable afterwards", arguments: Lack.allCases)
    func seed(_ lack: Lack) async throws {
        let given = try await Arrangement()
        try await VirtualNetwork.with { network in
            let ours = try await network.host(lack.families)
            let other = try await network.host(lack.families)
            try await lack.begin(at: other, in: network)
            try await given.origin.on(other).seeding(given.torrent, in: given.data.folder) { seed in
                try await lack.end(at: other, in: network)
                let ended = try await given.overlay.on(ours).pierdat(
                    given.torrent.magnet("x.pe=\(seed.address)"), given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
            }
        }
        #expect(try given.isComplete)
    }

    @Test(
        "A seeder that starts without a network is announced to its tracker afterwards",
        arguments: [Lack.carrier, .addresses])
    func announced(_ lack: Lack) async throws {
        let given = try await Arrangement()
        try await given.inTrackedSwarm { swarm in
            let origin = try given.origin.on(swarm.other)
            try await lack.begin(at: swarm.other, in: swarm.network)
            var seed = origin.command(
                "pierdat-seed-bittorrent", swarm.torrent.path.string, given.data.folder.string)
            seed.environment["PIERDAT_PORT"] = "6881"
            try await RunningProcess.with(seed) { seed in
                _ = try await seed.line(containing: "listening on port")
                try await lack.end(at: swarm.other, in: swarm.network)
                try await swarm.tracker.hasSeed(of: given.torrent)
            }
        }
    }
}

extension Arrangement {
    /// A separate overlay for the origin.
    fileprivate var origin: Overlay {
        get throws { try Overlay(folder.path.appending("origin overlay")) }
    }
}
