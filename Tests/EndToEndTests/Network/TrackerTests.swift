import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("Trackers", .serialized, .timeLimit(.minutes(3)))
struct TrackerTests {
    /// What is wrong with a tracker.
    enum Death: String, CaseIterable, Sendable {
        /// Nobody listens on its port.
        case refuses
        /// Its name does not exist.
        case nameless
        /// The name server for its name does not answer.
        case lost
        /// Its host drops all packets.
        case silent

        /// Several such trackers on `host`.
        func announces(on host: Host, silent: Host) throws -> [String] {
            let port = try FreePort.any()
            let names: [String] =
                switch self {
                case .refuses: [host.address]
                case .nameless: ["nobody.example", "nowhere.example"]
                case .lost: ["a.lost.example", "b.lost.example", "c.lost.example"]
                case .silent: [silent.address]
                }
            return names.flatMap { name in
                ["http", "udp"].map { "\($0)://\(name):\(port)/announce" }
            }
        }
    }

    /// The working source of peers.
    enum Rescue: CaseIterable, Sendable {
        case tracker, peer
    }

    @Test(
        "Dead trackers before all others delay a download no more than a moment",
        arguments: Death.allCases, Rescue.allCases)
    func dead(death: Death, rescue: Rescue) async throws {
        let given = try await Arrangement()
        try await given.inTrackedSwarm { swarm in
            let silent = try await swarm.network.host(.v4)
            try await silent.fallSilent()
            let dead = try death.announces(on: swarm.other, silent: silent)
            let names =
                "\(swarm.other.address) seed.example\n\(swarm.tracker.address) tracker.example"
            try await NameServer.answering(
                names, on: swarm.ours, state: given.folder.make("names"),
                asking: [("lost.example", silent)]
            ) { server in
                try await Aria2.seeding(
                    given.torrent, given.data, on: swarm.other, tracker: swarm.tracker
                ) { seed in
                    // A lookup of each lost name takes 5 seconds, and a connection attempt even
                    // longer.
                    var get = given.overlay.command(
                        "pierdat", "--timeout", "12", given.torrent.magnet(dead.map { "tr=\($0)" }),
                        given.destination.string)
                    switch rescue {
                    case .tracker:
                        get.environment["PIERDAT_TRACKERS"] =
                            "http://tracker.example:\(swarm.tracker.port)/announce"
                    case .peer: get.environment["PIERDAT_PEERS"] = "seed.example:\(seed.port)"
                    }
                    let ended = try await swarm.ours.command(server.asked(by: get)).run()
                    #expect(ended.status == .exited(0), "\(ended)")
                }
            }
        }
        #expect(try given.isComplete)
    }

    @Test("A tracker whose name gets its address later is used then")
    func named() async throws {
        let given = try await Arrangement()
        try await given.inTrackedSwarm { swarm in
            try await NameServer.answering(
                "", on: swarm.ours, state: given.folder.make("names")
            ) { server in
                try await Aria2.seeding(
                    given.torrent, given.data, on: swarm.other, tracker: swarm.tracker
                ) { _ in
                    let announce = "http://tracker.example:\(swarm.tracker.port)/announce"
                    let get = given.overlay.command(
                        "pierdat", given.torrent.magnet("tr=\(announce)"), given.destination.string)
                    try await RunningProcess.with(swarm.ours.command(server.asked(by: get))) {
                        get in
                        _ = try await get.line(containing: "\(announce): Host not found")
                        try server.change(to: "\(swarm.tracker.address) tracker.example\n")
                        _ = try await get.line(containing: "done: ")
                        try await get.end()
                    }
                }
            }
        }
        #expect(try given.isComplete)
    }

    @Test("Trackers of a magnet link keep their order, and all learn that we seed")
    func tiers() async throws {
        let given = try await Arrangement()
        let dead = "http://127.0.0.1:\(try FreePort.any())/announce"
        try await given.tracking { first in
            try await given.tracking { second in
                let trackers = [dead, first.announce(.udp), second.announce(.http)]
                try await Aria2.seeding(given.torrent, given.data, tracker: first) { _ in
                    let ended = try await given.overlay.pierdat(
                        given.torrent.magnet(trackers.map { "tr=\($0)" }),
                        given.destination.string)
                    #expect(ended.status == .exited(0), "\(ended)")
                }
                let saved = try await TorrentDescription.read(given.overlay.saved(given.torrent))
                #expect(saved.trackers.map(\.url) == trackers)
                #expect(saved.trackers.map(\.tier) == saved.trackers.map(\.tier).sorted())
                try await given.overlay.serving(given.torrent) { _ in
                    try await second.hasSeed(of: given.torrent)
                }
            }
        }
        #expect(try given.isComplete)
    }

    @Test("Trackers of a .torrent keep their tiers, and every working one learns that we seed")
    func tiersOfTorrent() async throws {
        let given = try await Arrangement()
        let dead = "127.0.0.1:\(try FreePort.any())"
        try await given.tracking { first in
            try await given.tracking { second in
                try await given.tracking { third in
                    // The order within a tier is random, so a dead tracker is likely to be first.
                    let tiers = [
                        ["http://\(dead)/a", "http://\(dead)/b", "udp://\(dead)/c"]
                            + [first.announce(.http), second.announce(.http)],
                        ["http://\(dead)/d", "udp://\(dead)/e", third.announce(.udp)],
                    ]
                    let torrent = try given.torrent.announced(
                        to: tiers, at: given.folder.path.appending("tiers.torrent"))
                    var overlay = given.overlay
                    let own = "http://\(dead)/own"
                    overlay.environment["PIERDAT_TRACKERS"] = own
                    try await Aria2.seeding(given.torrent, given.data, tracker: first) {
                        [overlay] _ in
                        let ended = try await overlay.pierdat(
                            torrent.path.string, given.destination.string)
                        #expect(ended.status == .exited(0), "\(ended)")
                    }
                    let saved = try await TorrentDescription.read(given.overlay.saved(torrent))
                    #expect(saved.tiers == tiers.map(Set.init) + [[own]])
                    try await given.overlay.serving(torrent) { _ in
                        for tracker in [second, third] { try await tracker.hasSeed(of: torrent) }
                    }
                }
            }
        }
        #expect(try given.isComplete)
    }

    @Test(
        "A stall report has the number of seeders that trackers report",
        arguments: [Tracker.Transport.http, .udp])
    func counts(transport: Tracker.Transport) async throws {
        let given = try await Arrangement()
        try await given.tracking { tracker in
            let ended = try await given.overlay.pierdat(
                "--stall-timeout", "5", given.torrent.magnet("tr=\(tracker.announce(transport))"),
                given.destination.string)
            #expect(ended.status == .exited(124), "\(ended)")
            let words = ": works and reports 0 seeds"
            #expect(ended.errors.contains(words), "\(ended)")
        }
    }
}

extension Arrangement {
    fileprivate func tracking(_ body: @Sendable (Tracker) async throws -> Void) async throws {
        try await Tracker.tracking([torrent], in: folder.make("tracker"), body)
    }
}
