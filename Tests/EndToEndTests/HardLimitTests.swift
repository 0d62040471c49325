import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Lack of system resources", .timeLimit(.minutes(3)))
struct HardLimitTests {
    /// Restrictions by the system.
    struct Surroundings: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let apply: @Sendable (Command) -> Command

        static func limited(_ limit: String) -> Surroundings {
            Surroundings(testDescription: limit) {
                $0.started(by: "/usr/bin/prlimit", ["--\(limit)"])
            }
        }

        static let withoutProc = Surroundings(testDescription: "no /proc") { $0.withoutProc() }
        static let all =
            [withoutProc]
            + ["data=20971520", "as=100000000", "as=200000000", "stack=1048576", "nofile=12"].map(
                limited)
    }

    @Test(
        "Commands that need no thread work without one",
        arguments: Surroundings.all)
    func withoutThread(surroundings: Surroundings) async throws {
        let folder = try TemporaryFolder()
        let overlay = try Overlay(folder.path.appending("overlay"))
        let version = try await surroundings.apply(overlay.command("pierdat", "--version")).run()
        #expect(version.status == .exited(0) && !version.output.isEmpty, "\(version)")
        let daemon = try await surroundings.apply(overlay.command("pierdatd", "--version")).run()
        #expect(daemon.status == .exited(0) && daemon.output == version.output, "\(daemon)")
        for name in ["status", "health"] {
            let asked = try await surroundings.apply(overlay.command("pierdat", name)).run()
            #expect(asked.status == .exited(1), "\(asked)")
            #expect(
                asked.errors.hasPrefix("pierdat: pierdatd is not running: "), "\(asked)")
        }
    }

    @Test(
        "A download completes or ends with exit code 71 and the name of the lacking resource",
        arguments: Surroundings.all)
    func get(surroundings: Surroundings) async throws {
        let given = try await Arrangement()
        let origin = try Overlay(given.folder.path.appending("origin overlay"))
        try await origin.seeding(given.torrent, in: given.data.folder) { seed in
            let get = given.overlay.command(
                "pierdat", "--timeout", "60", given.torrent.magnet("x.pe=\(seed.address)"),
                given.destination.string)
            let ended = try await surroundings.apply(get).run()
            try Self.expectDoneOrRefused(ended)
            #expect(try given.overlay.seedLines.isEmpty == (ended.status != .exited(0)))
        }
    }

    @Test(
        "A user with few processes gets the data or exit code 71",
        arguments: [1, 2, 3, 4, 6, 8, 12])
    func processes(limit: Int) async throws {
        let given = try await Arrangement()
        // The kernel counts all processes of a user, so this user must be unique.
        let user = "\(54_320 + limit)"
        try await given.folder.give(to: user)
        let origin = try Overlay(given.folder.path.appending("origin overlay"))
        try await origin.seeding(given.torrent, in: given.data.folder) { seed in
            let get = given.overlay.command(
                "pierdat", "--timeout", "60", given.torrent.magnet("x.pe=\(seed.address)"),
                given.destination.string)
            let ended = try await Surroundings.limited("nproc=\(limit)").apply(get).as(user).run()
            try Self.expectDoneOrRefused(ended)
        }
    }

    @Test(
        "A download from a server whose name has to be resolved succeeds, or ends with exit code 71",
        arguments: [1, 2, 3, 4])
    func lookUp(limit: Int) async throws {
        let given = try await Arrangement()
        let hosts = given.folder.path.appending("hosts")
        try "127.0.0.1 web.example\n"
            .write(toFile: hosts.string, atomically: true, encoding: .utf8)
        try await WebServer.serving(given.folder.path, state: given.folder.make("nginx")) {
            server in
            _ = try given.torrent.seeded(
                by: [server.url + "origin/"], at: given.folder.path.appending("web.torrent"))
            let user = "\(54_340 + limit)"
            try await given.folder.give(to: user)
            let get = given.overlay.command(
                "pierdat", "--timeout", "60", "--backend", "bittorrent",
                "http://web.example:\(server.port)/web.torrent", given.destination.string)
            let ended = try await Surroundings.limited("nproc=\(limit)").apply(get).as(user)
                .with(hosts, inPlaceOf: "/etc/hosts").run()
            try Self.expectDoneOrRefused(ended)
        }
    }

    @Test(
        "A seeder serves or ends with exit code 71 and the name of the lacking resource",
        arguments: ["data=10485760", "as=40000000", "nofile=32"])
    func seeder(limit: String) async throws {
        let given = try await Arrangement()
        let seeder = given.overlay.command(
            "pierdat-seed-bittorrent", given.torrent.path.string, given.data.folder.string)
        let ended = try await Surroundings.limited(limit).apply(seeder).run()
        #expect(ended.status == .exited(71), "\(ended)")
        try Self.expectDoneOrRefused(ended)
    }

    @Test(
        "A broken program gives exit code 126, and the shell is not tried"
    )
    func brokenProgram() async throws {
        let folder = try TemporaryFolder()
        let overlay = try Overlay(folder.path.appending("overlay"))
        for (name, start) in [("elf", "\u{7f}ELF\n"), ("zeros", "\0\0\0\0\n")] {
            let program = folder.path.appending(name)
            try Script.write("\(start)echo run by a shell\n", to: program)
            let ended = try await overlay.command("pierdatd", "--", program.string).run()
            #expect(ended.status == .exited(126), "\(ended)")
            #expect(ended.errors.contains("cannot start \(program): Exec format error"), "\(ended)")
        }
        let script = folder.path.appending("script")
        try Script.write("echo run by a shell\n", to: script)
        let ended = try await overlay.command("pierdatd", "--", script.string).run()
        #expect(ended.status == .exited(0) && ended.output == "run by a shell\n", "\(ended)")
    }

    private static func expectDoneOrRefused(_ ended: Ended) throws {
        guard ended.status != .exited(0) else { return }
        #expect(ended.status == .exited(71), "\(ended)")
        let words = [
            "cannot start a process", "cannot start a thread", "no more memory", "no more threads",
            "no more files can be opened", "no more descriptors",
        ]
        #expect(words.contains { ended.errors.contains($0) }, "\(ended)")
    }
}

extension Command {
    /// Runs with an empty folder mounted on /proc.
    fileprivate func withoutProc() -> Command {
        inMountNamespace("mount -t tmpfs none /proc; ", [])
    }
}
