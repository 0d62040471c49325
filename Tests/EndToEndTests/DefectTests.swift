import Foundation
import Glibc
import PeerFixtures
import SystemPackage
import Testing

@Suite("Crashing backends", .timeLimit(.minutes(3)))
struct DefectTests {
    @Test(
        "A crash of the built-in backend is a bug of Pierdat, but a kill is not",
        arguments: [(SIGSEGV, 70), (SIGABRT, 70), (SIGKILL, 69)] as [(Int32, Int32)])
    func builtIn(signal: Int32, status: Int32) async throws {
        let given = try await Arrangement()
        let get = given.overlay.command(
            "pierdat", "--backend", "bittorrent", given.torrent.magnet(), given.destination.string)
        let ended = try await RunningProcess.with(get) { process in
            _ = try await process.line(containing: "requesting the metadata from peers")
            let backend = try #require(process.children.first)
            #expect(kill(backend, signal) == 0)
            try await process.end()
            return await process.output
        }
        #expect(ended.status == .exited(status), "\(ended)")
        #expect(ended.value.contains("backend bittorrent was killed by signal \(signal)"))
        #expect(ended.value.contains("a bug in Pierdat") == (status == 70), "\(ended)")
        #expect(try given.overlay.seedLines == [])
    }

    @Test(
        "A crash of another backend is not a bug of Pierdat",
        arguments: ["kill -SEGV $$", "exit 70"])
    func others(end: String) async throws {
        let given = try await Arrangement()
        try given.overlay.addBackend("other", get: end)
        let ended = try await given.overlay.pierdat(
            "--backend", "other", "other:data", given.destination.string)
        #expect(ended.status == .exited(69), "\(ended)")
        #expect(!ended.errors.contains("a bug"), "\(ended)")
    }
}
