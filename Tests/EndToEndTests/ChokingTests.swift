import PeerFixtures
import Testing

@Suite("Choking", .timeLimit(.minutes(3)))
struct ChokingTests {
    @Test("A new peer is not choked again before it had time to become interested")
    func undecided() async throws {
        let given = try await Arrangement()
        try await given.overlay.seeding(given.torrent, in: given.data.folder) { seed in
            let stream = try #require(try TCPStream(port: seed.port))
            try stream.shakeHands(
                TCPStream.bytes(ofInfoHash: given.torrent.key), as: "-UD0000-says nothing")
            try stream.skip(to: .unchoke)
            let unchoked = ContinuousClock.now
            // A peer that is never interested eventually loses its slot to others.
            try stream.skip(to: .choke)
            #expect(ContinuousClock.now - unchoked > .seconds(5))
        }
    }
}
