import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite(
    "A get with an honest peer is done, in little memory, whatever its tracker does", .serialized,
    .timeLimit(.minutes(3)))
struct HostileTrackerTests {
    @Test("a tracker that misbehaves", arguments: HostileServer.Behaviour.allCases)
    func tracker(behaviour: HostileServer.Behaviour) async throws {
        let given = try await Arrangement()
        try await HostileServer.running { server in
            try await Aria2.seeding(given.torrent, given.data) { honest in
                let magnet = given.torrent.magnet(
                    "tr=\(server.url(behaviour, "announce"))", "x.pe=\(honest.address)")
                try await given.expectGet(of: magnet)
            }
            try await server.asked(for: behaviour)
        }
    }

    @Test("a tracker over UDP that misbehaves", arguments: HostileUDPTracker.Behaviour.allCases)
    func trackerOverUDP(behaviour: HostileUDPTracker.Behaviour) async throws {
        let given = try await Arrangement()
        try await HostileUDPTracker.running(behaviour) { tracker in
            try await Aria2.seeding(given.torrent, given.data) { honest in
                try await given.expectGet(
                    of: given.torrent.magnet("tr=\(tracker.url)", "x.pe=\(honest.address)"))
            }
            try await tracker.announced()
        }
    }

    @Test("a tracker that says escape sequences is quoted without them")
    func escapes() async throws {
        let given = try await Arrangement()
        try await HostileServer.running { server in
            try await HostileUDPTracker.running(.longError) { tracker in
                let ended = try await given.overlay.pierdat(
                    "--backend", "bittorrent", "--stall-timeout", "4",
                    given.torrent.magnet(
                        "tr=\(tracker.url)", "tr=\(server.url(.escapes, "announce"))"),
                    given.destination.string)
                #expect(ended.status == .exited(124), "\(ended)")
                for url in [tracker.url, server.url(.escapes, "announce")] {
                    #expect(ended.errors.contains("tracker \(url): "), "\(ended)")
                }
                let isClean = ended.errors.unicodeScalars.allSatisfy {
                    $0 == "\n" || !(0..<0x20).contains($0.value)
                }
                #expect(isClean && ended.errors.utf8.count < 4000, "\(ended)")
            }
        }
    }
}

@Suite(
    "A get with an honest peer is done, in little memory, whatever its web seed does", .serialized,
    .timeLimit(.minutes(3)))
struct HostileWebSeedTests {
    @Test("a web seed that misbehaves", arguments: HostileServer.Behaviour.allCases)
    func webSeed(behaviour: HostileServer.Behaviour) async throws {
        let given = try await Arrangement()
        try await HostileServer.running { server in
            let torrent = try await TorrentFile.make(
                .v1, of: given.data, at: given.folder.path.appending("with seed.torrent"),
                webSeed: server.url(behaviour))
            try await Aria2.seeding(given.torrent, given.data) { honest in
                try await given.expectGet(of: torrent.path.string, from: honest.address)
            }
            try await server.asked(for: behaviour)
        }
    }
}

extension Arrangement {
    /// Has `uri` got slowly enough for all that it names to have its say, and expects all of the data.
    fileprivate func expectGet(of uri: String, from peers: String = "") async throws {
        var get = overlay.command(
            "pierdat", "--backend", "bittorrent", uri, destination.string)
        get.environment["PIERDAT_DOWNLOAD_LIMIT"] = "700k"
        get.environment["PIERDAT_PEERS"] = peers
        let ended = try await get.inLittleMemory().run()
        #expect(ended.status == .exited(0), "\(ended)")
        #expect(try isComplete)
    }
}
