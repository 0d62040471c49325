import PeerFixtures
import SystemPackage
import Testing

@Suite("Data comes from real peers and goes to them", .timeLimit(.minutes(1)))
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
}
