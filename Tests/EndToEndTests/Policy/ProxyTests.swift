import PeerFixtures
import SystemPackage
import Testing

@Suite("A proxy", .timeLimit(.minutes(3)))
struct ProxyTests {
    @Test(
        "carries the .torrent, the tracker and the peers, and no packet goes around it",
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
}
