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
