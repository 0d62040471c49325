import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Network policy for files from web servers", .timeLimit(.minutes(3)))
struct OriginPolicyTests {
    /// How a download is directed to the outside.
    enum Way: CaseIterable, Sendable {
        case address, name, pinned, redirect
    }

    @Test(
        "A server outside the allowed networks gets no packet, and the message names the setting",
        arguments: Way.allCases,
        [["PIERDAT_ALLOW": "10.77.0.0/24"], ["PIERDAT_DENY": "10.99.0.0/16"]])
    func outside(way: Way, policy: [String: String]) async throws {
        let given = try FileAtOrigin(bytes: 1000)
        try await VirtualNetwork.with { network in
            let (ours, inside) = try await (network.host(.v4), network.host(.v4))
            let counters = try await PacketCounters(
                on: ours, ["outside": "ip daddr \(Outside.address)"])
            let outside = "\(Outside.address):7008/"
            try await WebServer.redirecting(
                to: "http://\(outside)", state: given.folder.make("redirecting"), on: inside
            ) { server in
                let torrent = "&xt=urn:btih:" + String(repeating: "a", count: 40)
                let uri =
                    switch way {
                    case .address: "http://\(outside)model.bin\(given.pin)"
                    case .name: "http://\(Outside.name):7008/model.bin\(given.pin)"
                    case .pinned: "http://\(outside)model.bin\(given.pin)\(torrent)"
                    case .redirect: "\(server.url)model.bin\(given.pin)"
                    }
                var command = given.overlay.command("pierdat", uri, given.destination.string)
                command.environment.merge(policy) { $1 }
                let named = try command.with(
                    Outside.hosts(in: given.folder), inPlaceOf: "/etc/hosts")
                let ended = try await ours.command(named).run()
                #expect(ended.status == .exited(69), "\(ended)")
                for setting in policy.keys {
                    #expect(ended.errors.contains(setting), "\(ended)")
                }
            }
            #expect(try await counters.packets == ["outside": 0])
        }
        #expect(given.arrived.isEmpty)
    }

    @Test("A mirror outside the allowed networks is left out, and the file comes from the others")
    func mirror() async throws {
        let given = try FileAtOrigin()
        try await VirtualNetwork.with { network in
            let (ours, inside) = try await (network.host(.v4), network.host(.v4))
            let counters = try await PacketCounters(
                on: ours, ["outside": "ip daddr \(Outside.address)"])
            let state = try given.folder.make("nginx")
            try await WebServer.serving(given.origin, state: state, on: inside) { server in
                var overlay = given.overlay.on(ours)
                overlay.environment["PIERDAT_ALLOW"] = "10.77.0.0/24"
                let ended = try await overlay.pierdat(
                    "http://\(Outside.address):7008/model.bin" + given.pin,
                    server.url + FileAtOrigin.name + given.pin, given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
            }
            #expect(try await counters.packets == ["outside": 0])
        }
        #expect(given.isComplete)
    }

    @Test(
        "A file and a redirect are fetched only through the proxy",
        arguments: ProxyServer.Kind.allCases, [false, true])
    func proxy(kind: ProxyServer.Kind, isRedirected: Bool) async throws {
        let given = try FileAtOrigin()
        try await VirtualNetwork.with { network in
            let (ours, between, other) = try await (
                network.host(.v4), network.host(.v4), network.host(.v4)
            )
            let counters = try await PacketCounters(
                on: ours, ["around": "ip daddr != { \(between.address), 127.0.0.0/8 }"])
            try await ProxyServer.serving(
                kind, on: between, state: given.folder.make("proxy")
            ) { proxy in
                var overlay = given.overlay.on(ours)
                overlay.environment["PIERDAT_PROXY"] = proxy.url
                let get = overlay
                try await WebServer.serving(
                    given.origin, state: given.folder.make("nginx"), on: other
                ) { server in
                    try await WebServer.redirecting(
                        to: server.url, state: given.folder.make("redirecting"), on: other
                    ) { redirecting in
                        let url = isRedirected ? redirecting.url : server.url
                        let ended = try await get.pierdat(
                            url + FileAtOrigin.name + given.pin, given.destination.string)
                        #expect(ended.status == .exited(0), "\(ended)")
                    }
                }
            }
            #expect(try await counters.packets == ["around": 0])
        }
        #expect(given.isComplete)
    }

    @Test("A file is fetched only by the given interface", arguments: ["eth0", "10.77.0.2", "lo"])
    func interface(name: String) async throws {
        let given = try FileAtOrigin()
        let reaches = name != "lo"
        try await VirtualNetwork.with { network in
            let (ours, other) = try await (network.host(.v4), network.host(.v4))
            let counters = try await PacketCounters(on: ours, ["out": "oifname eth0"])
            let state = try given.folder.make("nginx")
            try await WebServer.serving(given.origin, state: state, on: other) { server in
                var overlay = given.overlay.on(ours)
                overlay.environment["PIERDAT_INTERFACE"] = name
                let ended = try await overlay.pierdat(
                    "--stall-timeout", "5", server.url + FileAtOrigin.name + given.pin,
                    given.destination.string)
                #expect((ended.status == .exited(0)) == reaches, "\(ended)")
            }
            #expect((try await counters.packets["out"] ?? 0 > 0) == reaches)
        }
        #expect(given.isComplete == reaches)
    }

    @Test(
        "PIERDAT_DOWNLOAD_LIMIT applies to all transfers and servers together",
        arguments: ["m=1", "ranges=0"], [1, 2])
    func limit(behaviour: String, servers: Int) async throws {
        let given = try FileAtOrigin(bytes: 12 << 20)
        var overlay = given.overlay
        overlay.environment["PIERDAT_DOWNLOAD_LIMIT"] = "2M"
        let limited = overlay
        try await Origin.serving(given.origin) { origin in
            let uris = (0..<servers).map { number in
                origin.url(FileAtOrigin.name, "\(behaviour)&number=\(number)") + given.pin
            }
            let took = try await ContinuousClock().measure {
                let ended = try await limited.pierdat(uris + [given.destination.string])
                #expect(ended.status == .exited(0), "\(ended)")
            }
            // At most a second's worth may arrive in bursts.
            #expect(took > .seconds(5))
        }
        #expect(given.isComplete)
    }
}
