import PeerFixtures
import SystemPackage
import Testing

@Suite("Data comes from real peers and goes to them", .timeLimit(.minutes(3)))
struct SwarmTests {
    @Test("a magnet link resolved from one peer alone is fetched and recorded")
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
        "a magnet link with a tracker is resolved and fetched from whom the tracker names",
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

    @Test("a torrent by its path is fetched from peers that PIERDAT_PEERS names")
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

    @Test("aria2c resolves a magnet link and fetches the data from us")
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
        "what was fetched is seeded to the next one when the origin is gone",
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

    @Test("a web seed gives the data where there is no peer at all")
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
