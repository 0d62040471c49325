import Glibc
import PeerFixtures
import SystemPackage
import Testing

@Suite("An interrupted get can go on", .timeLimit(.minutes(3)))
struct InterruptionTests {
    @Test(
        "a signal ends a get within 2 seconds; the same command then fetches only the rest",
        arguments: [SIGTERM, SIGINT])
    func resume(signal: Int32) async throws {
        let given = try await Arrangement()
        let origin = try Overlay(given.folder.path.appending("origin overlay"))
        try await origin.seeding(given.torrent, in: given.data.folder) { seed in
            let magnet = given.torrent.magnet("x.pe=\(seed.address)")
            // Slow enough to be caught half-way, wherever the test runs.
            var slow = given.overlay
            slow.environment["PIERDAT_DOWNLOAD_LIMIT"] = "60k"
            let command = slow.command("pierdat", magnet, given.destination.string)
            let (took, ended) = try await RunningProcess.with(command) { process in
                _ = try await process.line(containing: "% of")
                return try await ContinuousClock().measure {
                    try process.send(signal)
                    try await process.end()
                }
            }
            #expect(ended == .exited(128 + signal))
            #expect(took < .seconds(2))
            #expect(try given.overlay.seedLines == [])

            let again = try await given.overlay.pierdat(magnet, given.destination.string)
            #expect(again.status == .exited(0), "\(again)")
            #expect(again.errors.contains("are there already and verified"), "\(again)")
        }
        #expect(try given.isComplete)
        #expect(try given.overlay.seedLines == [given.seedLine])
    }
}
