import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Seed list", .timeLimit(.minutes(3)))
struct SeedListTests {
    @Test("A failed download leaves the seed list byte for byte unchanged")
    func failedGet() async throws {
        let given = try await Arrangement()
        let list = "# mine\n\nmy-program 'with blanks'\nlast line without an end"
        try Data(list.utf8).write(to: URL(filePath: given.overlay.seedList.string))
        let ended = try await given.overlay.pierdat(
            "--stall-timeout", "1", given.torrent.magnet("x.pe=127.0.0.1:1"),
            given.destination.string)
        #expect(ended.status == .exited(124), "\(ended)")
        #expect(try given.overlay.seedListContents == Data(list.utf8))
    }

    @Test("Two concurrent downloads are both recorded")
    func twoAtOnce() async throws {
        let given = try await Arrangement()
        let other = try DataSet(in: given.folder.make("other origin"), seed: 2)
        let otherTorrent = try await TorrentFile.make(
            .v1, of: other, at: given.folder.path.appending("other.torrent"))
        let otherDestination = given.folder.path.appending("other destination")
        try await Aria2.seeding(given.torrent, given.data) { seed in
            try await Aria2.seeding(otherTorrent, other) { otherSeed in
                async let first = given.overlay.pierdat(
                    given.torrent.magnet("x.pe=\(seed.address)"), given.destination.string)
                async let second = given.overlay.pierdat(
                    otherTorrent.magnet("x.pe=\(otherSeed.address)"), otherDestination.string)
                for ended in try await [first, second] {
                    #expect(ended.status == .exited(0), "\(ended)")
                }
            }
        }
        let otherLine =
            "pierdat-seed-bittorrent \(given.overlay.saved(otherTorrent)) '\(otherDestination)'"
        #expect(try Set(given.overlay.seedLines) == [given.seedLine, otherLine])
        #expect(try given.overlay.seedLines.count == 2)
    }

    @Test("Existing data is verified, not downloaded again, and recorded once")
    func secondRun() async throws {
        let given = try await Arrangement()
        let magnet = try await Aria2.seeding(given.torrent, given.data) { seed in
            let magnet = given.torrent.magnet("x.pe=\(seed.address)")
            let ended = try await given.overlay.pierdat(magnet, given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
            return magnet
        }
        // Nobody else has the data any more.
        let again = try await given.overlay.pierdat(magnet, given.destination.string)
        #expect(again.status == .exited(0), "\(again)")
        #expect(again.errors.contains("there already and verified"), "\(again)")
        #expect(try given.overlay.seedLines == [given.seedLine])
    }

    @Test("Data from elsewhere is recorded by `pierdat seed` after verification")
    func seed() async throws {
        let given = try await Arrangement()
        let ended = try await given.overlay.pierdat(
            "seed", given.torrent.path.string, given.data.root.string)
        #expect(ended.status == .exited(0), "\(ended)")
        let line =
            "pierdat-seed-bittorrent \(given.overlay.saved(given.torrent)) \(given.data.folder)"
        #expect(try given.overlay.seedLines == [line])
    }

    @Test("Corrupt data is not recorded by `pierdat seed`")
    func seedCorrupt() async throws {
        let given = try await Arrangement()
        try given.data.corrupt()
        let ended = try await given.overlay.pierdat(
            "seed", given.torrent.path.string, given.data.folder.string)
        #expect(ended.status == .exited(65), "\(ended)")
        #expect(try given.overlay.seedLines == [])
    }
}
