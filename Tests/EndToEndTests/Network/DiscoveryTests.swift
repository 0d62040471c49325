import PeerFixtures
import SystemPackage
import Testing

@Suite("Peer discovery without a tracker", .timeLimit(.minutes(3)))
struct DiscoveryTests {
    @Test(
        "A neighbour is found by multicast with only the magnet link",
        arguments: [VirtualNetwork.Families.v4, .v6])
    func localDiscovery(families: VirtualNetwork.Families) async throws {
        let given = try await Arrangement()
        try await VirtualNetwork.with { network in
            let (there, here) = try await (network.host(families), network.host(families))
            var overlay = given.overlay.on(here)
            overlay.environment["PIERDAT_LSD"] = "on"
            var origin = try Overlay(given.folder.path.appending("origin overlay")).on(there)
            origin.environment["PIERDAT_LSD"] = "on"
            try await origin.seeding(given.torrent, in: given.data.folder) { [overlay] _ in
                let ended = try await overlay.pierdat(
                    given.torrent.magnet(), given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
            }
        }
        #expect(try given.isComplete)
    }

    @Test("libtorrent is found by multicast and finds us", arguments: [true, false])
    func localDiscoveryOfOthers(weSeed: Bool) async throws {
        let given = try await Arrangement()
        try await VirtualNetwork.with { network in
            let (there, here) = try await (network.host(), network.host())
            var overlay = given.overlay.on(here)
            overlay.environment["PIERDAT_LSD"] = "on"
            try await exchange(
                given, overlay, weSeed: weSeed, settings: ["enable_lsd": .flag(true)], on: there)
        }
        #expect(try given.isComplete)
    }

    @Test("A peer that knows one other peer learns of more from it")
    func peerExchange() async throws {
        let given = try await Arrangement()
        try await VirtualNetwork.with { network in
            let hosts = try await (network.host(), network.host(), network.host())
            let hub = LibtorrentPeer.Job(
                given.torrent.path.string, in: try given.folder.make("hub"), downloadLimit: 1000)
            try await LibtorrentPeer.running([hub], on: hosts.0) { hub in
                var origin = try Overlay(given.folder.path.appending("origin overlay")).on(hosts.1)
                origin.environment["PIERDAT_PEERS"] = hub.address
                try await origin.seeding(given.torrent, in: given.data.folder) { _ in
                    _ = try await hub.process.line(containing: hosts.1.address)
                    let ended = try await given.overlay.on(hosts.2).pierdat(
                        given.torrent.magnet("x.pe=\(hub.address)"), given.destination.string)
                    #expect(ended.status == .exited(0), "\(ended)")
                }
                #expect(await !hub.process.output.contains("finished"))
            }
        }
        #expect(try given.isComplete)
    }
}
