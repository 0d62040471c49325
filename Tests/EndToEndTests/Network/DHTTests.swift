import LinuxSystem
import PeerFixtures
import Synchronization
import SystemPackage
import Testing

@Suite("Private DHT", .timeLimit(.minutes(3)))
struct DHTTests {
    @Test("Through ten nodes, a bare info-hash leads to the seeder from the name of one node")
    func tenNodes() async throws {
        let given = try await Arrangement()
        let other = try await Arrangement()
        try await VirtualNetwork.with { network in
            let swarm = try await Swarm(network)
            try await swarm.running {
                // Four nodes of libtorrent, four seeders of other data, the seeder and the
                // downloader.
                try await swarm.libtorrents(3) {
                    try await swarm.seeds(4, of: other) {
                        try await swarm.overlay(in: given.folder, "origin")
                            .seeding(given.torrent, in: given.data.folder) { _ in
                                let ended = try await swarm.getByName(given).run()
                                #expect(ended.status == .exited(0), "\(ended)")
                            }
                    }
                }
            }
        }
        #expect(try given.isComplete)
    }

    @Test("A DHT whose first node starts after us is joined, and our torrents are announced")
    func lateNode() async throws {
        let given = try await Arrangement()
        try await VirtualNetwork.with { network in
            let swarm = try await Swarm(network)
            let origin = try await swarm.overlay(in: given.folder, "origin")
            try await origin.seeding(given.torrent, in: given.data.folder) { _ in
                let get = try await swarm.joined(given.overlay).command(
                    "pierdat", given.torrent.key, given.destination.string)
                try await RunningProcess.with(get) { process in
                    _ = try await process.line(containing: "requesting the metadata from peers")
                    try await swarm.running { try await process.end() }
                }
            }
        }
        #expect(try given.isComplete)
    }

    @Test("A file is found by its digest through the DHT alone")
    func digest() async throws {
        let given = try await DigestArrangement()
        let destination = given.destination("destination")
        try await VirtualNetwork.with { network in
            let swarm = try await Swarm(network)
            try await swarm.running {
                try await swarm.joined(given.origin).serving(given.torrent) { _ in
                    let overlay = try await swarm.joined(given.overlay("next"))
                    let ended = try await overlay.pierdat(given.digest, destination.string)
                    #expect(ended.status == .exited(0), "\(ended)")
                }
            }
        }
        #expect(try given.isComplete(destination))
    }

    /// A network in which only the first DHT node is known.
    private struct Swarm: Sendable {
        private let network: VirtualNetwork
        private let first: Host
        private let port: UInt16

        init(_ network: VirtualNetwork) async throws {
            self.network = network
            first = try await newHost(in: network)
            port = try FreePort.any()
        }

        /// Runs the first node.
        func running(_ body: @Sendable () async throws -> Void) async throws {
            try await LibtorrentPeer.running(
                [], on: first,
                settings: [
                    "enable_dht": .flag(true), "listen_interfaces": .text(first.endpoint(port)),
                ]
            ) { _ in try await body() }
        }

        /// Runs `count` other libtorrent nodes.
        func libtorrents(_ count: Int, _ body: @escaping @Sendable () async throws -> Void)
            async throws
        {
            guard count > 0 else { return try await body() }
            let settings: [String: LibtorrentPeer.Setting] = [
                "enable_dht": .flag(true), "dht_bootstrap_nodes": .text(first.endpoint(port)),
            ]
            try await LibtorrentPeer.running(
                [], on: newHost(in: network), settings: settings
            ) { _ in try await libtorrents(count - 1, body) }
        }

        /// Seeds the data from `count` overlays.
        func seeds(
            _ count: Int, of given: Arrangement, _ body: @escaping @Sendable () async throws -> Void
        ) async throws {
            guard count > 0 else { return try await body() }
            try await overlay(in: given.folder, "seed \(count)").seeding(
                given.torrent, in: given.data.folder
            ) { _ in try await seeds(count - 1, of: given, body) }
        }

        func overlay(in folder: TemporaryFolder, _ name: String) async throws -> Overlay {
            try await joined(Overlay(folder.path.appending(name)))
        }

        /// Downloads by bare info-hash on a host that knows the first node by name, like a public
        /// node.
        func getByName(_ given: Arrangement) async throws -> PeerFixtures.Command {
            let hosts = given.folder.path.appending("hosts")
            try AtomicFile.write(Array("\(first.address) first.node\n".utf8), to: hosts)
            var overlay = given.overlay
            overlay.environment["PIERDAT_DHT"] = "first.node:\(port)"
            let get = overlay.command("pierdat", given.torrent.key, given.destination.string)
            return try await newHost(in: network).command(get.with(hosts, inPlaceOf: "/etc/hosts"))
        }

        /// The overlay on a new host.
        func joined(_ overlay: Overlay) async throws -> Overlay {
            var overlay = overlay.on(try await newHost(in: network))
            overlay.environment["PIERDAT_DHT"] = first.endpoint(port)
            return overlay
        }
    }
}

private let subnets = Atomic(251)

/// Every host in a subnet of its own.
private func newHost(in network: VirtualNetwork) async throws -> Host {
    let number = subnets.wrappingAdd(1, ordering: .relaxed).oldValue
    return try await network.host(
        .v4,
        in: VirtualNetwork.Subnet(
            v4: "10.\(number / 250).\(number % 250)", v6: ""))
}
