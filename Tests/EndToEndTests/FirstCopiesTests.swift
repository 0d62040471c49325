import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Simultaneous downloaders", .timeLimit(.minutes(3)))
struct FirstCopiesTests {
    @Test("Simultaneous downloaders get suggestions for different pieces, and a single one none")
    func differentPieces() async throws {
        let folder = try TemporaryFolder()
        let count = 64
        let file = try folder.make("origin").appending("data.bin")
        try Data(repeating: 7, count: count << 14).write(to: URL(filePath: file.string))
        let torrent = try await TorrentFile.make(
            .v1, of: file, at: folder.path.appending("data.torrent"), pieceSize: 1 << 14)
        let origin = try Overlay(folder.path.appending("overlay"))
        try await origin.seeding(torrent, in: file.removingLastComponent()) { seed in
            let first = try SlowPeer(port: seed.port, infoHash: torrent.key)
            #expect(try first.suggestions(askingFor: 0) == [])

            let second = try SlowPeer(port: seed.port, infoHash: torrent.key)
            let ofSecond = try second.suggestions(askingFor: 1)
            let ofFirst = try first.suggestions(askingFor: 2)
            #expect(ofFirst.count == 8)
            #expect(ofSecond.count == 8)
            #expect(Set(ofFirst + ofSecond).count == 16, "\(ofFirst), \(ofSecond)")
            #expect(!(ofFirst + ofSecond).contains(1))

            // A requested piece is replaced by another suggestion.
            let next = try first.suggestions(askingFor: UInt32(ofFirst.first ?? 3))
            #expect(next.count == 1)
            #expect(Set(ofFirst + ofSecond + next).count == 17, "\(next)")
        }
    }
}
