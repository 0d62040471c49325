import PeerFixtures
import SystemPackage
import Testing

@Suite("Alternative URIs and backends", .timeLimit(.minutes(3)))
struct AlternativesTests {
    @Test("Several URIs are tried in order, and the one that leads to the data is recorded")
    func uris() async throws {
        let given = try await Arrangement()
        try await Aria2.seeding(given.torrent, given.data) { seed in
            let ended = try await given.overlay.pierdat(
                "http://127.0.0.1:1/gone.torrent", "ftp://127.0.0.1/nobody's",
                given.torrent.magnet("x.pe=\(seed.address)"), given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(ended.errors.contains("http://127.0.0.1:1/gone.torrent"), "\(ended)")
        }
        #expect(try given.isComplete)
        #expect(try given.overlay.seedLines == [given.seedLine])
    }

    @Test("If all attempts fail, the last message lists them")
    func allFailed() async throws {
        let given = try await Arrangement()
        let ended = try await given.overlay.pierdat(
            "http://127.0.0.1:1/gone.torrent", given.destination.string)
        #expect(ended.status != .exited(0), "\(ended)")
        let last = try #require(ended.errors.split(separator: "\n").last)
        let start =
            "pierdat: no backend could download the data. backend bittorrent: a server or the network failed; backend aria2c: "
        #expect(last.hasPrefix(start), "\(ended)")
    }

    @Test("With --all-backends the data is seeded by each backend that can download it")
    func allBackends() async throws {
        let given = try await Arrangement()
        try await Tracker.tracking([given.torrent], in: given.folder.path) { tracker in
            try await Aria2.seeding(given.torrent, given.data, tracker: tracker) { _ in
                let ended = try await given.overlay.pierdat(
                    "--all-backends", given.torrent.magnet("tr=\(tracker.announce())"),
                    given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
            }
        }
        #expect(try given.isComplete)
        let saved = given.overlay.saved(given.torrent)
        #expect(
            try given.overlay.seedLines == [
                given.seedLine, "pierdat-seed-aria2c \(saved) \(given.destination)",
            ])
    }
}
