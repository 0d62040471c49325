import PeerFixtures
import Testing

@Suite("A peer that has just connected", .timeLimit(.minutes(3)))
struct ChokingTests {
    @Test("is not choked again before it had time to say that it is interested")
    func undecided() async throws {
        let given = try await Arrangement()
        try await given.overlay.seeding(given.torrent, in: given.data.folder) { seed in
            let stream = try #require(try TCPStream(port: seed.port))
            try stream.shakeHands(
                TCPStream.bytes(ofInfoHash: given.torrent.key), as: "-UD0000-says nothing")
            try stream.skip(to: .unchoke)
            let unchoked = ContinuousClock.now
            // Whoever never says it loses its slot to others in the end.
            try stream.skip(to: .choke)
            #expect(ContinuousClock.now - unchoked > .seconds(5))
        }
    }
}
