import PeerFixtures
import SystemPackage
import Testing

@Suite("Download with a cache in a swarm", .timeLimit(.minutes(2)))
struct CacheSwarmTests {
    @Test(
        "Peers known only from a tracker are contacted again when the size of the data is known",
        arguments: [Tracker.Transport.http, .udp])
    func tracker(transport: Tracker.Transport) async throws {
        let given = try await Arrangement()
        try await Tracker.tracking([given.torrent], in: given.folder.path) { tracker in
            try await Aria2.seeding(given.torrent, given.data, tracker: tracker) { _ in
                let magnet = given.torrent.magnet("tr=\(tracker.announce(transport))")
                let ended = try await given.overlay.command(
                    "pierdat", "--stall-timeout", "60", magnet, given.destination.string
                ).with("PIERDAT_CACHE", given.folder.path.appending("cache").string).run()
                #expect(ended.status == .exited(0), "\(ended)")
                #expect(ended.errors.contains("copied from the cache"), "\(ended)")
            }
        }
        #expect(try given.isComplete)
    }
}
