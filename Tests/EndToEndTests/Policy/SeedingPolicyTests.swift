import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Policies of seeders", .timeLimit(.minutes(3)))
struct SeedingPolicyTests {
    @Test("A torrent is no longer seeded at the share ratio, and the seeder keeps running")
    func ratio() async throws {
        let given = try await Arrangement()
        var overlay = given.overlay
        overlay.environment["PIERDAT_SEED_RATIO"] = "0.9"
        try await overlay.seeding(given.torrent, in: given.data.folder) { seed in
            let link = given.torrent.magnet("x.pe=\(seed.address)")
            let first = try await given.overlay.pierdat(link, given.destination.string)
            #expect(first.status == .exited(0), "\(first)")
            _ = try await seed.process.line(containing: "is no longer seeded: ")

            var next = try Overlay(given.folder.path.appending("next"))
            next.environment["PIERDAT_STALL_TIMEOUT"] = "2"
            let end = given.folder.path.appending("end")
            let second = try await next.pierdat(link, end.string)
            #expect(second.status == .exited(124), "\(second)")
            #expect(try await seed.host.accepts(seed.port))
        }
    }

    @Test("A torrent is no longer seeded after the seeding time")
    func time() async throws {
        let given = try await Arrangement()
        var overlay = given.overlay
        overlay.environment["PIERDAT_SEED_TIME"] = "1"
        try await overlay.seeding(given.torrent, in: given.data.folder) { seed in
            let line = try await seed.process.line(containing: "is no longer seeded: ")
            #expect(line.contains("PIERDAT_SEED_TIME"))
        }
    }

    @Test(
        "pierdatd starts nothing if PIERDAT_SEED is off or invalid",
        arguments: ["off", "maybe"])
    func off(value: String) async throws {
        let given = try await Arrangement()
        try await supervising(given, ["PIERDAT_SEED": value]) { daemon in
            _ = try await daemon.line(containing: "nothing is seeded because of PIERDAT_SEED")
            let said = await daemon.output
            #expect(!said.contains("to start"), "\(said)")
            #expect(said.contains("is invalid") == (value == "maybe"), "\(said)")
        }
    }

    @Test("A seeder with wrong settings names them and is restarted after a minute")
    func misuse() async throws {
        let given = try await Arrangement()
        try await supervising(given, ["PIERDAT_ALLOW": "10.0.0.0/33"]) { daemon in
            _ = try await daemon.line(
                containing: "PIERDAT_ALLOW=10.0.0.0/33 is invalid: expected")
            let line = try await daemon.line(containing: "ended with status 64")
            let wait = line.split(separator: " ").dropLast().last.flatMap { Double($0) }
            #expect(try #require(wait) > 40, "\(line)")
        }
    }

    @Test(
        "Peers with the same encryption or transport connect, and others do not",
        arguments: [
            ("PIERDAT_ENCRYPTION", "require", "require", true),
            ("PIERDAT_ENCRYPTION", "require", "off", false),
            ("PIERDAT_TRANSPORT", "utp", "utp", true),
            ("PIERDAT_TRANSPORT", "utp", "tcp", false),
            ("PIERDAT_TRANSPORT", "both", "utp", true),
        ])
    func peers(name: String, ours: String, theirs: String, meet: Bool) async throws {
        let given = try await Arrangement()
        var origin = given.overlay
        origin.environment[name] = ours
        try await origin.seeding(given.torrent, in: given.data.folder) { seed in
            var overlay = try Overlay(given.folder.path.appending("next"))
            overlay.environment[name] = theirs
            if !meet { overlay.environment["PIERDAT_STALL_TIMEOUT"] = "3" }
            let ended = try await overlay.pierdat(
                given.torrent.magnet("x.pe=\(seed.address)"), given.destination.string)
            #expect(ended.status == .exited(meet ? 0 : 124), "\(ended)")
        }
    }

    private func supervising(
        _ given: Arrangement, _ environment: [String: String],
        _ body: @Sendable (RunningProcess) async throws -> Void
    ) async throws {
        try "pierdat-seed-bittorrent /a.torrent /data\n"
            .write(toFile: given.overlay.seedList.string, atomically: true, encoding: .utf8)
        var command = given.overlay.command("pierdatd")
        command.environment.merge(environment) { $1 }
        try await RunningProcess.with(command, body)
    }
}
