import PeerFixtures
import SystemPackage
import Testing

@Suite("Exchange with real peers", .timeLimit(.minutes(3)))
struct SwarmTests {
    @Test("A magnet link is resolved and downloaded from a single peer and recorded")
    func peerOfMagnetLink() async throws {
        let given = try await Arrangement()
        try await Aria2.seeding(given.torrent, given.data) { seed in
            let ended = try await given.overlay.pierdat(
                given.torrent.magnet("x.pe=\(seed.address)"), given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try given.isComplete)
        #expect(try given.overlay.seedLines == [given.seedLine])
    }

    @Test(
        "A magnet link is resolved and downloaded through its tracker",
        arguments: [Tracker.Transport.http, .udp])
    func tracker(transport: Tracker.Transport) async throws {
        let given = try await Arrangement()
        try await Tracker.tracking([given.torrent], in: given.folder.path) { tracker in
            try await Aria2.seeding(given.torrent, given.data, tracker: tracker) { _ in
                let ended = try await given.overlay.pierdat(
                    given.torrent.magnet("tr=\(tracker.announce(transport))"),
                    given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
            }
        }
        #expect(try given.isComplete)
    }

    @Test("A torrent by its path is downloaded from peers in PIERDAT_PEERS")
    func peersByName() async throws {
        let given = try await Arrangement()
        try await Aria2.seeding(given.torrent, given.data) { seed in
            var overlay = given.overlay
            overlay.environment["PIERDAT_PEERS"] = "localhost:\(seed.port)"
            let ended = try await overlay.pierdat(
                given.torrent.path.string, given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try given.isComplete)
    }

    @Test("aria2c resolves a magnet link and downloads the data from us")
    func toAria2() async throws {
        let given = try await Arrangement()
        try await Tracker.tracking([given.torrent], in: given.folder.path) { tracker in
            try await given.overlay.seeding(given.torrent, in: given.data.folder, tracker: tracker)
            { _ in
                try await Aria2.download(
                    given.torrent.magnet(), into: given.destination, tracker: tracker)
            }
        }
        #expect(try given.isComplete)
    }

    @Test(
        "Downloaded data is seeded to the next downloader without the origin",
        arguments: [TorrentFile.Version.v1, .v2, .hybrid])
    func chain(version: TorrentFile.Version) async throws {
        let given = try await Arrangement(version)
        let origin = try Overlay(given.folder.path.appending("origin overlay"))
        try await origin.seeding(given.torrent, in: given.data.folder) { seed in
            let ended = try await given.overlay.pierdat(
                given.torrent.magnet("x.pe=\(seed.address)"), given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try given.overlay.seedLines == [given.seedLine])

        let next = try Overlay(given.folder.path.appending("next overlay"))
        let end = given.folder.path.appending("end")
        try await given.overlay.serving(given.torrent) { seed in
            let ended = try await next.pierdat(
                given.torrent.magnet("x.pe=\(seed.address)"), end.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try given.data.isEqual(below: end))
    }

    @Test("A web seed provides the data without any peer")
    func webSeed() async throws {
        let given = try await Arrangement()
        try await WebServer.serving(given.data.folder, state: given.folder.make("nginx")) {
            server in
            let torrent = try await TorrentFile.make(
                .v1, of: given.data, at: given.folder.path.appending("web.torrent"),
                webSeed: server.url)
            let ended = try await given.overlay.pierdat(
                torrent.path.string, given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try given.isComplete)
    }
}
