import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Ways out of an allowed network", .timeLimit(.minutes(3)))
struct NetworkReachTests {
    /// What a server inside redirects to the outside.
    enum Request: CaseIterable, Sendable {
        case tracker, webSeed, torrent
    }

    @Test(
        "A redirect to a server outside is followed only without a policy",
        arguments: Request.allCases, [true, false])
    func redirected(request: Request, isRestricted: Bool) async throws {
        let given = try await Arrangement()
        try await VirtualNetwork.with { network in
            let (ours, inside) = try await (network.host(.v4), network.host(.v4))
            let outside = "http://\(Outside.address):7008/"
            let counters = try await PacketCounters(
                on: ours, ["outside": "ip daddr \(Outside.address) tcp dport 7008"])
            let state = try given.folder.make("redirecting")
            try await WebServer.redirecting(to: outside, state: state, on: inside) { server in
                try await Aria2.seeding(given.torrent, given.data, on: inside) { seed in
                    var get = try await given.get(request, by: server, on: ours)
                    get.environment["PIERDAT_PEERS"] = seed.address
                    get.environment["PIERDAT_DOWNLOAD_LIMIT"] = "150k"
                    get.environment["PIERDAT_ALLOW"] = isRestricted ? "10.77.0.0/24" : nil
                    if isRestricted {
                        let ended = try await get.run()
                        let status: Int32 = request == .torrent ? 69 : 0
                        #expect(ended.status == .exited(status), "\(ended)")
                    } else {
                        try await RunningProcess.with(get) { _ in
                            try await Patience.until {
                                try await counters.packets["outside"] ?? 0 > 0 ? () : nil
                            }
                        }
                    }
                    #expect(try server.requests.contains { $0.hasPrefix("302") })
                }
            }
            #expect((try await counters.packets["outside"] == 0) == isRestricted)
        }
    }

    /// Excludes the kernel's own neighbour discovery.
    private static let toStrangers = Dictionary(
        uniqueKeysWithValues: ["tcp", "udp", "icmpv6 icmpv6 type destination-unreachable"].map {
            ("by_\($0.prefix(3))", "meta l4proto \($0) ip6 daddr fd99::/16")
        })

    @Test("A seeder on IPv6 answers nobody outside the allowed networks over TCP and uTP")
    func seederOnIPv6() async throws {
        let given = try await Arrangement()
        try await VirtualNetwork.with { network in
            let (ours, friend) = try await (network.host(.v6), network.host(.v6))
            let elsewhere = VirtualNetwork.Subnet(v4: "", v6: "fd99:0:0:1")
            let stranger = try await network.host(.v6, in: elsewhere)
            let counters = try await PacketCounters(on: ours, Self.toStrangers)
            var origin = try Overlay(given.folder.path.appending("origin overlay")).on(ours)
            origin.environment["PIERDAT_ALLOW"] = "fd77::/64"
            origin.environment["PIERDAT_PEERS"] = "[\(try #require(stranger.v6))]:7001"
            try await origin.seeding(given.torrent, in: given.data.folder) { seed in
                let link = given.torrent.magnet("x.pe=\(seed.address)")
                for transport in ["tcp", "utp"] {
                    var other = try Overlay(given.folder.path.appending(transport)).on(stranger)
                    other.environment["PIERDAT_STALL_TIMEOUT"] = "3"
                    other.environment["PIERDAT_TRANSPORT"] = transport
                    let ended = try await other.pierdat(
                        link, given.folder.path.appending("refused").string)
                    #expect(ended.status == .exited(124), "\(ended)")
                }
                let ended = try await given.overlay.on(friend).pierdat(
                    link, given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
            }
            let packets = try await counters.packets
            #expect(packets.values.allSatisfy { $0 == 0 }, "\(packets)")
        }
        #expect(try given.isComplete)
    }

    @Test(
        "A name server outside is used only without a policy",
        arguments: [true, false])
    func nameServerOutside(isRestricted: Bool) async throws {
        let given = try await Arrangement()
        try await VirtualNetwork.with { network in
            let (ours, inside) = try await (network.host(.v4), network.host(.v4))
            let counters = try await PacketCounters(
                on: ours, ["asked": "ip daddr \(Outside.address)"])
            let resolver = given.folder.path.appending("resolv.conf")
            try "nameserver \(Outside.address)\noptions timeout:1 attempts:1\n"
                .write(toFile: resolver.string, atomically: true, encoding: .utf8)
            try await Aria2.seeding(given.torrent, given.data, on: inside) { seed in
                let names = [
                    "x.pe=\(seed.address)", "x.pe=far.example:1", "tr=http://far.example/announce",
                    "tr=udp://far.example:2/announce", "ws=http://far.example/",
                ]
                var get = given.overlay.command(
                    "pierdat", given.torrent.magnet(names), given.destination.string
                ).with(resolver, inPlaceOf: "/etc/resolv.conf")
                get.environment["PIERDAT_PEERS"] = "other.example,_bt._tcp.example"
                get.environment["PIERDAT_DHT"] = "node.example:3"
                get.environment["PIERDAT_DOWNLOAD_LIMIT"] = "200k"
                get.environment["PIERDAT_ALLOW"] = isRestricted ? "10.77.0.0/24" : nil
                let ended = try await ours.command(get).run()
                #expect(ended.status == .exited(0), "\(ended)")
            }
            #expect((try await counters.packets["asked"] == 0) == isRestricted)
        }
        #expect(try given.isComplete)
    }

    @Test("A name server on loopback, as in Docker, may always be used")
    func nameServerOnLoopback() async throws {
        let given = try await Arrangement()
        try await VirtualNetwork.with { network in
            let (ours, inside) = try await (network.host(.v4), network.host(.v4))
            try await NameServer.answering(
                "\(inside.address) seed.example\n", on: ours, state: given.folder.path
            ) { server in
                try await Aria2.seeding(given.torrent, given.data, on: inside) { seed in
                    var get = given.overlay.command(
                        "pierdat", given.torrent.magnet(), given.destination.string)
                    get.environment["PIERDAT_PEERS"] = "seed.example:\(seed.port)"
                    get.environment["PIERDAT_ALLOW"] = "10.77.0.0/24"
                    let ended = try await ours.command(server.asked(by: get)).run()
                    #expect(ended.status == .exited(0), "\(ended)")
                }
            }
        }
        #expect(try given.isComplete)
    }

    @Test("A download reports that its name server is not in an allowed network")
    func told() async throws {
        let given = try await Arrangement()
        let resolver = given.folder.path.appending("resolv.conf")
        try "nameserver \(Outside.address)\n"
            .write(toFile: resolver.string, atomically: true, encoding: .utf8)
        for source in [
            given.torrent.magnet("tr=http://far.example/announce"), "http://far.example/a.torrent",
        ] {
            var get = given.overlay.command(
                "pierdat", "--backend", "bittorrent", "--stall-timeout", "5", source,
                given.destination.string
            ).with(resolver, inPlaceOf: "/etc/resolv.conf")
            get.environment["PIERDAT_ALLOW"] = "10.77.0.0/24"
            let ended = try await get.run()
            #expect(!ended.status.isSuccess)
            #expect(
                ended.errors.contains("PIERDAT_ALLOW or PIERDAT_DENY excludes the name server"),
                "\(ended)")
        }
    }
}

extension Arrangement {
    /// The command that downloads the data with `server` as its tracker, web seed or source of the
    /// torrent.
    fileprivate func get(
        _ request: NetworkReachTests.Request, by server: WebServer, on host: PeerFixtures.Host
    ) async throws -> Command {
        let source: String
        switch request {
        case .tracker: source = torrent.magnet("tr=\(server.url)announce")
        case .webSeed:
            source = try torrent.seeded(
                by: [server.url], at: folder.path.appending("web.torrent")
            ).path.string
        case .torrent: source = server.url + "a.torrent"
        }
        return overlay.on(host).command("pierdat", source, destination.string)
    }
}
