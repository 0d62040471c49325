import PeerFixtures
import SystemPackage
import Testing

@Suite("Proxy", .timeLimit(.minutes(3)))
struct ProxyTests {
    @Test(
        "The .torrent, the tracker and the peers are reached only through the proxy",
        arguments: ProxyServer.Kind.allCases)
    func everything(kind: ProxyServer.Kind) async throws {
        let given = try await Arrangement()
        try await given.inTrackedSwarm { swarm in
            let between = try await swarm.network.host(.v4)
            let around = "ip daddr != { \(between.address), 127.0.0.0/8 }"
            let counters = try await PacketCounters(on: swarm.ours, ["around": around])
            let state = try given.folder.make("state")
            try await ProxyServer.serving(kind, on: between, state: state) { proxy in
                try await Aria2.seeding(
                    given.torrent, given.data, on: swarm.other, tracker: swarm.tracker
                ) { _ in
                    try await WebServer.serving(
                        given.folder.path, state: given.folder.make("nginx"), on: swarm.other
                    ) { web in
                        var overlay = given.overlay.on(swarm.ours)
                        overlay.environment["PIERDAT_PROXY"] = proxy.url
                        overlay.environment["PIERDAT_LSD"] = "on"
                        overlay.environment["PIERDAT_STALL_TIMEOUT"] = "20"
                        let ended = try await overlay.pierdat(
                            web.url + "announced.torrent", given.destination.string)
                        #expect(ended.status == .exited(0), "\(ended)")
                    }
                }
            }
            #expect(try await counters.packets == ["around": 0])
        }
        #expect(try given.isComplete)
    }

    /// What is downloaded if only the proxy may contact other hosts.
    enum Source: CaseIterable, Sendable {
        /// Outside addresses.
        case addresses
        /// Public DHT nodes, which have names.
        case publicNodes
        /// A magnet link with names of a peer and trackers, which would need a name server.
        case names
    }

    @Test(
        "Nothing is sent to any address except the proxy's",
        arguments: ProxyServer.Kind.allCases, Source.allCases)
    func noneAround(kind: ProxyServer.Kind, source: Source) async throws {
        let given = try await Arrangement()
        try await VirtualNetwork.with { network in
            let (ours, between) = try await (network.host(.v4), network.host(.v4))
            let around = "ip daddr != { \(between.address), 127.0.0.0/8 }"
            let counters = try await PacketCounters(on: ours, ["around": around])
            let state = try given.folder.make("state")
            try await ProxyServer.serving(kind, on: between, state: state) { proxy in
                var get = try await given.get(source, on: ours)
                get.environment["PIERDAT_PROXY"] = proxy.url
                get.environment["PIERDAT_STALL_TIMEOUT"] = "4"
                let ended = try await get.run()
                #expect(ended.status == .exited(124), "\(ended)")
            }
            #expect(try await counters.packets == ["around": 0])
        }
    }

    @Test(
        "Names of peers and nodes are rejected, because resolving them would bypass the proxy",
        arguments: ["PIERDAT_PEERS", "PIERDAT_DHT"])
    func names(setting: String) async throws {
        let given = try await Arrangement()
        var overlay = given.overlay
        overlay.environment["PIERDAT_PROXY"] = "socks5://127.0.0.1:1080"
        overlay.environment[setting] = "127.0.0.1:1,far.example:7001"
        let ended = try await overlay.pierdat(
            "--backend", "bittorrent", given.torrent.path.string, given.destination.string)
        #expect(ended.status == .exited(64), "\(ended)")
        #expect(
            ended.errors.contains("addresses instead of names together with PIERDAT_PROXY"),
            "\(ended)")
    }
}

extension Arrangement {
    fileprivate func get(_ source: ProxyTests.Source, on host: PeerFixtures.Host) async throws
        -> Command
    {
        switch source {
        case .addresses:
            let peer = ["PIERDAT_PEERS": "\(Outside.address):7001"]
            return try await getFromOutside(on: host, environment: peer)
        case .publicNodes:
            let settings = ["PIERDAT_PEERS": "\(Outside.address):7001", "PIERDAT_DHT": "on"]
            return try await getFromOutside(on: host, environment: settings)
        case .names:
            let link = torrent.magnet(
                "x.pe=far.example:7001", "tr=udp://far.example:7003/announce",
                "tr=http://far.example:7002/announce", "ws=http://far.example:7004/")
            return overlay.on(host).command("pierdat", link, destination.string)
        }
    }
}
