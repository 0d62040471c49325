import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Command line", .timeLimit(.minutes(3)))
struct CommandLineTests {
    @Test(
        "--help describes the arguments",
        arguments: [
            (["--help"], ["pierdat [OPTIONS] URI [URI…] DEST", "publish", "seed"]),
            (
                ["get", "--help"],
                ["--backend", "--all-backends", "--list-backends", "--timeout", "--stall-timeout"]
            ),
            (
                ["publish", "--help"],
                ["--tracker", "--web-seed", "--name", "--private", "--comment", "--output"]
            ), (["seed", "--help"], ["<uri> <path>"]),
        ])
    func help(arguments: [String], words: [String]) async throws {
        let given = try Given()
        let ended = try await given.run(arguments)
        #expect(ended.status == .exited(0), "\(ended)")
        for word in words { #expect(ended.output.contains(word), "\(ended)") }
    }

    @Test("A torrent file is recognized by its contents, whatever its name is")
    func torrentOfAnyName() async throws {
        let given = try await Arrangement()
        let file = given.folder.path.appending("no suffix")
        try FileManager.default.copyItem(
            atPath: given.torrent.path.string, toPath: file.string)
        let recorded = try await given.overlay.pierdat(
            "seed", file.string, given.data.folder.string)
        #expect(recorded.status == .exited(0), "\(recorded)")
        #expect(try given.overlay.seedLines.first?.contains(given.torrent.key) == true)
    }

    @Test("seed uses only the backend that --backend names, which then accepts every URL")
    func seedByBackend() async throws {
        let given = try await Arrangement()
        let folder = try given.folder.make("web")
        try FileManager.default.copyItem(
            atPath: given.torrent.path.string, toPath: folder.appending("it").string)
        try await WebServer.serving(folder, state: given.folder.make("nginx")) { server in
            let uri = "\(server.url)it"
            let refused = try await given.overlay.pierdat("seed", uri, given.data.folder.string)
            // By default, such a URL is that of a file on a web server.
            #expect(refused.status == .exited(65), "\(refused)")
            #expect(refused.errors.contains("without a digest"), "\(refused)")
            let recorded = try await given.overlay.pierdat(
                "seed", "--backend", "bittorrent", uri, given.data.folder.string)
            #expect(recorded.status == .exited(0), "\(recorded)")
        }
        #expect(try given.overlay.seedLines.first?.contains(given.torrent.key) == true)
    }

    @Test(
        "-l lists the backends in the order in which they are tried",
        arguments: ["-l", "--list-backends"])
    func backends(option: String) async throws {
        let builtIn = "bittorrent\nipfs\nhf\noci\nrecords\nhttp\n"
        let scripts = "aria2c\ngit-annex\ngit-lfs\nkubo\nrclone\nrsync\n"
        let given = try Given()
        let another = given.overlay.prefix.appending("usr/bin/pierdat-check-abc").string
        try given.overlay.addBackend("abc", get: "exit 1")
        #expect(try await given.overlay.pierdat(option).output == "\(builtIn)abc\n\(scripts)")
        try FileManager.default.removeItem(atPath: another)
        #expect(try await given.overlay.pierdat(option).output == "\(builtIn)\(scripts)")
    }

    @Test("A command line ends with the documented exit code", arguments: Case.all)
    func statuses(_ one: Case) async throws {
        let given = try Given()
        let ended = try await given.run(one.arguments, environment: one.environment)
        #expect(ended.status == .exited(one.status), "\(ended)")
        #expect(one.status == 0 || !ended.errors.isEmpty)
        #expect(one.says.isEmpty || ended.errors.contains(one.says), "\(ended)")
        #expect(try given.overlay.seedLines == [])
    }

    @Test("The table of exit codes in docs/commands.md is the program's")
    func table() throws {
        let source = try Package.text(of: "Sources/BackendContract/ExitStatus.swift")
        let statuses = source.matches(of: /case \w+ = (\d+)/).map { String($0.1) }
        let documented = try Package.text(of: "docs/commands.md")
            .matches(of: /\n\| (\d[\d, ]*) \|/).flatMap {
                $0.1.split(separator: ", ").map(String.init)
            }
        #expect(!statuses.isEmpty)
        #expect(documented.sorted() == statuses.sorted())
    }

    /// A command line in a folder with a file "file", an invalid torrent and a valid torrent.
    struct Case: Sendable, CustomTestStringConvertible {
        let status: Int32
        let arguments: [String]
        var environment: [String: String] = [:]
        /// Part of its message to the user.
        var says = ""

        var testDescription: String { "\(status): \(arguments)" }

        private static let hash = String(repeating: "0", count: 39) + "1"

        static let all: [Case] = [
            Case(status: 64, arguments: [], says: "DEST"),
            Case(status: 64, arguments: ["only-one"], says: "DEST"),
            Case(status: 64, arguments: ["--bogus", hash, "d"], says: "--bogus"),
            Case(status: 64, arguments: ["--bogus"], says: "Unknown option '--bogus'"),
            Case(status: 64, arguments: ["--timeout", "soon", hash, "d"], says: "10m"),
            Case(status: 64, arguments: ["--timeout", "-1", hash, "d"]),
            Case(status: 64, arguments: ["", "d"], says: "empty"),
            Case(
                status: 64, arguments: [hash, "d"], environment: ["PIERDAT_PORT": "many"],
                says: "PIERDAT_PORT=many"),
            Case(status: 65, arguments: ["bad.torrent", "d"], says: "malformed"),
            Case(status: 66, arguments: ["missing.torrent", "d"], says: "missing.torrent"),
            Case(status: 66, arguments: ["publish", "missing"], says: "missing"),
            Case(status: 66, arguments: ["seed", "good.torrent", "missing"], says: "missing"),
            Case(status: 65, arguments: ["seed", "good.torrent", "."], says: "not complete"),
            Case(
                status: 69, arguments: ["http://127.0.0.1:1/a.torrent", "d"],
                says: "http://127.0.0.1:1/a.torrent"),
            Case(status: 73, arguments: ["good.torrent", "file"], says: "file"),
            Case(status: 73, arguments: ["publish", "file", "-o", "no/where"], says: "no/where"),
            Case(status: 79, arguments: ["ftp://host/file", "d"], says: "bittorrent"),
            Case(status: 79, arguments: ["puplish", "d"], says: "publish, seed, status, health"),
            Case(status: 79, arguments: ["--backend", "none", hash, "d"], says: "none"),
            Case(status: 79, arguments: ["seed", "--backend", "none", hash, "."], says: "none"),
            Case(
                status: 79, arguments: ["seed", "--backend", "aria2c", hash, "."],
                says: "'aria2c' cannot verify"),
            Case(
                status: 124, arguments: ["--timeout", "1", hash, "d"], says: "not complete after 1s"
            ),
            Case(
                status: 124, arguments: ["--stall-timeout", "1s", hash, "d"],
                says: "no data received for 1s"),
            Case(
                status: 124, arguments: ["good.torrent", "d"],
                environment: ["PIERDAT_TIMEOUT": "1"], says: "not complete after 1s"),
        ]
    }

    private struct Given: Sendable {
        let folder: TemporaryFolder
        let overlay: Overlay

        init() throws {
            folder = try TemporaryFolder()
            overlay = try Overlay(folder.path.appending("overlay"))
            try write("file", "data")
            try write("bad.torrent", "no torrent")
            try write(
                "good.torrent",
                "d4:infod6:lengthi5e4:name4:good12:piece lengthi16384e6:pieces20:"
                    + String(repeating: "x", count: 20) + "ee")
        }

        private func write(_ name: String, _ text: String) throws {
            try text.write(
                toFile: folder.path.appending(name).string, atomically: true, encoding: .utf8)
        }

        func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> Ended {
            var command = overlay.command("pierdat")
            command.arguments = arguments
            command.environment.merge(environment) { $1 }
            return try await command.started(by: "/usr/bin/env", ["-C", folder.path.string]).run()
        }
    }
}
