import Foundation
import Glibc
import PeerFixtures
import SystemPackage
import Testing

@Suite("Restart by pierdatd", .timeLimit(.minutes(3)))
struct HealingTests {
    @Test(
        "A seeder that was killed with kill -9 is restarted and serves data again",
        arguments: [("the engine", true), ("a seeder of one line", false)])
    func killedSeeder(what: (name: String, isEngine: Bool)) async throws {
        let given = try await Arrangement()
        let seeding = try Overlay(given.folder.path.appending("seeding"))
        if !what.isEngine {
            try FileManager.default.removeItem(
                atPath: seeding.prefix.appending("usr/bin/pierdat-serve-bittorrent").string)
        }
        try seeding.seed(given.torrent, in: given.data.folder)
        try await RunningProcess.with(seeding.command("pierdatd")) { daemon in
            _ = try await daemon.line(containing: "listening on port ")
            let seeder = try #require(daemon.children.first)
            #expect(kill(seeder, SIGKILL) == 0)
            _ = try await daemon.line(
                containing: "was killed by signal 9 (Killed); restarting")
            let port = try await Patience.until { try await Self.secondPort(of: daemon) }
            let ended = try await given.overlay.pierdat(
                given.torrent.magnet("x.pe=127.0.0.1:\(port)"), given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try given.isComplete)
    }

    /// The port of its restarted seeder.
    private static func secondPort(of daemon: RunningProcess) async throws -> Int? {
        let lives = await daemon.output.split(separator: "\n").filter {
            $0.contains("listening on port ")
        }
        guard lives.count > 1 else { return nil }
        return lives[1].split { !$0.isNumber }.last.flatMap { Int($0) }
    }
}
