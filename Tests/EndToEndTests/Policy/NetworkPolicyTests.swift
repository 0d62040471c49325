import Foundation
import PeerFixtures
import SystemPackage
import Testing

import enum LinuxSystem.FreePort

@Suite("Allowed and denied networks", .serialized, .timeLimit(.minutes(3)))
struct NetworkPolicyTests {
    private static let anything = Dictionary(
        uniqueKeysWithValues: ["tcp", "udp", "icmp", "igmp"].map {
            ("by_\($0)", "ip protocol \($0) ip daddr != { 10.77.0.0/24, 127.0.0.0/8 }")
        })

    @Test("Without a policy all kinds of traffic occur, so that the next test is meaningful")
    func withoutPolicy() async throws {
        try await VirtualNetwork.with { network in
            let given = try await Arrangement()
            let host = try await network.host(.v4)
            let counters = try await PacketCounters(on: host, Outside.ways)
            try await RunningProcess.with(
                given.getFromOutside(on: host)
            ) { _ in
                try await Patience.until {
                    try await counters.packets.values.allSatisfy { $0 > 0 } ? () : nil
                }
            }
        }
    }

    @Test(
        "No packet leaves the allowed networks or goes to denied ones, and the download succeeds",
        arguments: [
            ["PIERDAT_ALLOW": "10.77.0.0/24"],
            ["PIERDAT_DENY": "10.99.0.0/16, 224.0.0.0/4, ff00::/8"],
            ["PIERDAT_ALLOW": "10.0.0.0/8", "PIERDAT_DENY": "10.99.0.9"],
        ])
    func inside(policy: [String: String]) async throws {
        try await VirtualNetwork.with { network in
            let given = try await Arrangement()
            let (host, neighbour) = try await (network.host(.v4), network.host(.v4))
            let counters = try await PacketCounters(on: host, Self.anything)
            try await Aria2.seeding(given.torrent, given.data, on: neighbour) { seed in
                let ended = try await given.getFromOutside(
                    on: host, and: seed.address, environment: policy
                ).run()
                #expect(ended.status == .exited(0), "\(ended)")
            }
            #expect(try given.isComplete)
            let packets = try await counters.packets
            #expect(packets.values.allSatisfy { $0 == 0 }, "\(packets)")
        }
    }

    @Test("A seeder sends nothing to peers, nodes or trackers outside the allowed networks")
    func seeder() async throws {
        try await VirtualNetwork.with { network in
            let given = try await Arrangement()
            let (host, neighbour) = try await (network.host(.v4), network.host(.v4))
            let subnet = VirtualNetwork.Subnet(v4: "10.99.1", v6: "")
            let stranger = try await network.host(.v4, in: subnet)
            let counters = try await PacketCounters(on: host, Self.anything)
            var origin = given.overlay
            origin.environment.merge(Outside.settings) { $1 }
            origin.environment["PIERDAT_ALLOW"] = "10.77.0.0/24"
            // The machine's resolver is not used for these names, because its packets would be
            // counted.
            let port = try FreePort.any()
            origin.environment["PIERDAT_PORT"] = "\(port)"
            let command = origin.command(
                "pierdat-seed-bittorrent", given.torrent.path.string, given.data.folder.string
            ).with(try Outside.hosts(in: given.folder), inPlaceOf: "/etc/hosts")
            let address = host.endpoint(port)
            try await RunningProcess.with(host.command(command)) { seeder in
                _ = try await seeder.line(containing: "listening on port \(port)")
                let refused = given.folder.path.appending("refused")
                for transport in ["tcp", "utp"] {
                    var other = try Overlay(given.folder.path.appending(transport)).on(stranger)
                    other.environment["PIERDAT_STALL_TIMEOUT"] = "3"
                    other.environment["PIERDAT_TRANSPORT"] = transport
                    let ended = try await other.pierdat(
                        given.torrent.magnet("x.pe=\(address)"), refused.string)
                    #expect(ended.status == .exited(124), "\(ended)")
                }
                let friend = try Overlay(given.folder.path.appending("friend")).on(neighbour)
                let ended = try await friend.pierdat(
                    given.torrent.magnet("x.pe=\(address)"), given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
            }
            #expect(try given.isComplete)
            let packets = try await counters.packets
            #expect(packets.values.allSatisfy { $0 == 0 }, "\(packets)")
        }
    }

    @Test(
        "A .torrent outside the allowed networks is not downloaded, and this is reported"
    )
    func torrentURL() async throws {
        try await VirtualNetwork.with { network in
            let given = try await Arrangement()
            let host = try await network.host(.v4)
            let counters = try await PacketCounters(on: host, Self.anything)
            for name in [Outside.address, Outside.name] {
                var command = given.overlay.command(
                    "pierdat", "http://\(name):7008/a.torrent", given.destination.string)
                command.environment["PIERDAT_ALLOW"] = "10.77.0.0/24"
                let lookup = try command.with(
                    Outside.hosts(in: given.folder), inPlaceOf: "/etc/hosts")
                let ended = try await host.command(lookup).run()
                #expect(ended.status == .exited(69), "\(ended)")
                #expect(ended.errors.contains("PIERDAT_ALLOW"), "\(ended)")
            }
            let packets = try await counters.packets
            #expect(packets.values.allSatisfy { $0 == 0 }, "\(packets)")
        }
    }
}
