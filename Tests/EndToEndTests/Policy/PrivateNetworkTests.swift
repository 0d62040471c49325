import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Requests into private networks", .timeLimit(.minutes(5)))
struct PrivateNetworkTests {
    /// What a server redirects.
    enum Request: CaseIterable, Sendable {
        case tracker, webSeed, fileOfWebSeed, torrent
    }

    private static let internet = VirtualNetwork.Subnet(v4: "8.8.8", v6: "2001:4860:0:0")
    private static let shared = VirtualNetwork.Subnet(v4: "100.64.0", v6: "fd77:0:0:1")
    private static let standard = VirtualNetwork.Subnet.standard

    @Test(
        "A redirect from the internet into a private network is not followed",
        arguments: Request.allCases, [VirtualNetwork.Families.v4, .v6])
    func redirected(request: Request, families: VirtualNetwork.Families) async throws {
        for target in [Self.standard, Self.shared] {
            try await expect(request, families, from: Self.internet, to: target, isFollowed: false)
        }
    }

    @Test(
        "Redirects within the internet and within a private network are followed",
        arguments: Request.allCases)
    func followed(request: Request) async throws {
        try await expect(request, .v4, from: Self.internet, to: Self.internet, isFollowed: true)
        try await expect(request, .v6, from: Self.standard, to: Self.standard, isFollowed: true)
    }

    @Test(
        "An internet server whose name gets a private address is not followed",
        arguments: Request.allCases)
    func named(request: Request) async throws {
        try await expect(
            request, .v4, from: Self.internet, to: Self.standard, name: "inside.example",
            isFollowed: false)
    }

    private func expect(
        _ request: Request, _ families: VirtualNetwork.Families, from: VirtualNetwork.Subnet,
        to: VirtualNetwork.Subnet, name: String? = nil, isFollowed: Bool
    ) async throws {
        let given = try await Arrangement()
        try await VirtualNetwork.with { network in
            let ours = try await network.host(families)
            let redirecting = try await network.host(families, in: from)
            let target = try await network.host(families, in: to)
            let family = families == .v4 ? "ip" : "ip6"
            let address = try #require(target.v4 ?? target.v6)
            let counters = try await PacketCounters(
                on: ours, ["target": "\(family) daddr \(address) tcp dport 7008"])
            let place = name.map { "\($0):7008" } ?? target.endpoint(7008)
            try await WebServer.redirecting(
                to: "http://\(place)/elsewhere/", state: given.folder.make("redirecting"),
                on: redirecting
            ) { server in
                var get = try await given.get(request, by: server)
                if let name {
                    let hosts = given.folder.path.appending("hosts")
                    try "\(address) \(name)\n"
                        .write(toFile: hosts.string, atomically: true, encoding: .utf8)
                    get = get.with(hosts, inPlaceOf: "/etc/hosts")
                }
                let ended = try await ours.command(get).run()
                #expect(!ended.status.isSuccess, "\(ended)")
                #expect(try server.requests.contains { $0.hasPrefix("302") }, "\(ended)")
                #expect(ended.errors.contains("a private network") != isFollowed, "\(ended)")
            }
            let packets = try await counters.packets["target"] ?? 0
            #expect((packets > 0) == isFollowed, "\(request)")
        }
    }

    /// How a download can be directed to an address.
    enum Way: CaseIterable, Sendable {
        case httpTracker, udpTracker, webSeed, peer, torrent, redirect, node
    }

    @Test(
        "A cloud's metadata address is never contacted unless PIERDAT_ALLOW names it",
        arguments: Way.allCases, [false, true])
    func metadata(way: Way, isNamed: Bool) async throws {
        let given = try await Arrangement()
        let addresses = ["169.254.169.254", "fd00:ec2::254", "169.254.170.2"]
        try await VirtualNetwork.with { network in
            let (ours, other) = try await (network.host(), network.host(.v4))
            let counters = try await PacketCounters(
                on: ours,
                [
                    "v4": "ip daddr 169.254.0.0/16", "v6": "ip6 daddr fd00:ec2::/32",
                ])
            for address in addresses {
                let host = address.contains(":") ? "[\(address)]" : address
                try await WebServer.redirecting(
                    to: "http://\(host)/", state: given.folder.make("redirecting \(address)"),
                    on: other
                ) { server in
                    var get = try given.get(way, of: host, redirectedBy: server)
                    if isNamed {
                        get.environment["PIERDAT_ALLOW"] = "10.77.0.0/24,\(address)"
                    } else {
                        // All addresses together do not allow a metadata address.
                        get.environment["PIERDAT_ALLOW"] = way == .peer ? "0.0.0.0/0,::/0" : nil
                    }
                    let ended = try await ours.command(get).run()
                    #expect(!ended.status.isSuccess, "\(ended)")
                }
            }
            let packets = try await counters.packets
            #expect(packets.values.allSatisfy { ($0 > 0) == isNamed }, "\(way): \(packets)")
        }
    }
}

extension Arrangement {
    fileprivate func get(
        _ request: PrivateNetworkTests.Request, by server: WebServer
    ) async throws -> Command {
        let path = folder.path.appending("web.torrent")
        let source =
            switch request {
            case .tracker: torrent.magnet("tr=\(server.url)announce")
            case .webSeed: try torrent.seeded(by: [server.url], at: path).path.string
            case .fileOfWebSeed:
                try await TorrentFile.make(
                    .v1, of: data.largest, at: path, webSeed: server.url + "file.bin",
                    pieceSize: 65_536
                ).path.string
            case .torrent: server.url + "a.torrent"
            }
        return command(source)
    }

    fileprivate func get(
        _ way: PrivateNetworkTests.Way, of host: String, redirectedBy server: WebServer
    ) throws -> Command {
        switch way {
        case .httpTracker: return command(torrent.magnet("tr=http://\(host)/announce"))
        case .udpTracker: return command(torrent.magnet("tr=udp://\(host):80/announce"))
        case .peer: return command(torrent.magnet("x.pe=\(host):80"))
        case .torrent: return command("http://\(host)/a.torrent")
        case .redirect: return command(server.url + "a.torrent")
        case .webSeed:
            let path = folder.path.appending("web.torrent")
            return command(try torrent.seeded(by: ["http://\(host)/"], at: path).path.string)
        case .node:
            var command = command(torrent.magnet())
            command.environment["PIERDAT_DHT"] = "\(host):80"
            return command
        }
    }

    private func command(_ source: String) -> Command {
        overlay.command(
            "pierdat", "--stall-timeout", "5", "--backend", "bittorrent", source,
            destination.string)
    }
}
