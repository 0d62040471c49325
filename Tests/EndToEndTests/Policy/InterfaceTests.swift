import PeerFixtures
import SystemPackage
import Testing

@Suite("Outgoing interface", .timeLimit(.minutes(3)))
struct InterfaceTests {
    @Test(
        "A download uses only the given device or address",
        arguments: ["eth0", "10.77.0.2", "lo", "127.0.0.1", "tun7"])
    func outgoing(name: String) async throws {
        try await VirtualNetwork.with { network in
            let given = try await Arrangement()
            let (host, other) = try await (network.host(.v4), network.host(.v4))
            let counters = try await PacketCounters(
                on: host, ["out": "oifname eth0 ip daddr != 0.0.0.0"])
            var overlay = given.overlay.on(host)
            overlay.environment["PIERDAT_INTERFACE"] = name
            overlay.environment["PIERDAT_STALL_TIMEOUT"] = "3"
            let downloader = overlay
            let reaches = ["eth0", "10.77.0.2"].contains(name)
            try await Aria2.seeding(given.torrent, given.data, on: other) { seed in
                let ended = try await downloader.pierdat(
                    "--backend", "bittorrent", given.torrent.magnet("x.pe=\(seed.address)"),
                    given.destination.string)
                #expect((ended.status == .exited(0)) == reaches, "\(ended)")
                if name == "tun7" {
                    #expect(ended.errors.contains("no such interface"), "\(ended)")
                }
            }
            #expect((try await counters.packets["out"] ?? 0 > 0) == reaches)
        }
    }

    @Test(
        "All kinds of traffic use only the given interface",
        arguments: ["lo", "127.0.0.1"])
    func everyWay(name: String) async throws {
        let given = try await Arrangement()
        try await VirtualNetwork.with { network in
            let host = try await network.host(.v4)
            let counters = try await PacketCounters(on: host, ["out": "oifname eth0"])
            let policy = ["PIERDAT_INTERFACE": name, "PIERDAT_STALL_TIMEOUT": "4"]
            let ended = try await given.getFromOutside(on: host, environment: policy).run()
            #expect(ended.status == .exited(124), "\(ended)")
            #expect(try await counters.packets == ["out": 0])
        }
    }
}
