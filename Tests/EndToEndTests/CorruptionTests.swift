import PeerFixtures
import SystemPackage
import Testing

@Suite("Corrupt data goes nowhere", .timeLimit(.minutes(1)))
struct CorruptionTests {
    @Test("a corrupt piece from a peer is never accepted, and the get tells so and fails")
    func onlyCorrupt() async throws {
        let given = try await Arrangement()
        try given.data.corrupt()
        try await Aria2.seeding(given.torrent, given.data) { seed in
            let ended = try await given.overlay.pierdat(
                "--stall-timeout", "4", given.torrent.magnet("x.pe=\(seed.address)"),
                given.destination.string)
            #expect(ended.status == .exited(124), "\(ended)")
            #expect(ended.errors.contains("corrupt"), "\(ended)")
        }
        #expect(try given.overlay.seedLines == [])
    }

    @Test("a corrupt piece is fetched again from a peer that has it whole")
    func corruptAndWhole() async throws {
        let given = try await Arrangement()
        let corrupt = try given.data.copy(to: given.folder.make("corrupt"))
        try corrupt.corrupt()
        try await Aria2.seeding(given.torrent, given.data) { whole in
            try await Aria2.seeding(given.torrent, corrupt) { bad in
                let ended = try await given.overlay.pierdat(
                    given.torrent.magnet("x.pe=\(bad.address)", "x.pe=\(whole.address)"),
                    given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
            }
        }
        #expect(try given.isComplete)
    }

    @Test("we do not serve a piece that is corrupt on our disk, and say so")
    func ours() async throws {
        let given = try await Arrangement()
        try given.data.corrupt()
        let origin = try Overlay(given.folder.path.appending("origin overlay"))
        try await origin.seeding(given.torrent, in: given.data.folder) { seed in
            let ended = try await given.overlay.pierdat(
                "--stall-timeout", "4", given.torrent.magnet("x.pe=\(seed.address)"),
                given.destination.string)
            #expect(ended.status == .exited(124), "\(ended)")
            #expect(!ended.errors.contains("corrupt"), "\(ended)")
            _ = try await seed.process.line(
                containing: "on disk are corrupt or missing and are not served")
        }
        #expect(try given.overlay.seedLines == [])
    }
}
