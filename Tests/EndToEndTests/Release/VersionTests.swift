import Foundation
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("Version", .timeLimit(.minutes(1)))
struct VersionTests {
    private let version: String

    init() throws {
        let source = try Package.text(of: "Sources/ProductVersion/ProductVersion.swift")
        version = String(try #require(source.firstMatch(of: /let text = "(\d+\.\d+\.\d+)"/)).1)
    }

    @Test("--version prints the version", arguments: ["pierdat", "pierdatd"])
    func option(program: String) async throws {
        let folder = try TemporaryFolder()
        let overlay = try Overlay(folder.path.appending("overlay"))
        let ended = try await overlay.command(program, "--version").run()
        #expect(ended.status == .exited(0) && ended.output == "\(version)\n", "\(ended)")
    }

    @Test("The version is that of the first section in CHANGELOG.md and of scripts/version")
    func changelog() async throws {
        let heading = try #require(
            try Package.text(of: "CHANGELOG.md").firstMatch(of: /\n## (.*)\n/)?.1)
        #expect(heading.hasPrefix("\(version) - "))
        let ended = try await Command(Package.root.appending("scripts/version"), []).run()
        #expect(ended.output == "\(version)\n", "\(ended)")
    }

    @Test("A version is not released before CHANGELOG.md has its date")
    func released() async throws {
        let folder = try TemporaryFolder()
        try Script.run("cp", "-R", Package.root.appending("scripts").string, folder.path.string)
        let sources = try folder.make("Sources").appending("ProductVersion")
        try Script.run(
            "cp", "-R", Package.root.appending("Sources/ProductVersion").string, sources.string)
        let changelog = folder.path.appending("CHANGELOG.md")
        let command = Command(folder.path.appending("scripts/version"), ["--released"])
        for (heading, status) in [
            ("\(version) - unreleased", 65), ("0.0.9 - 2026-01-31", 65),
            ("\(version) - 2026-01-31", 0),
        ] {
            try "# Changelog\n\n## \(heading)\n".write(
                toFile: changelog.string, atomically: true, encoding: .utf8)
            let ended = try await command.run()
            #expect(ended.status == .exited(Int32(status)), "\(heading): \(ended)")
        }
    }

    @Test("The peer ID contains the version")
    func peerID() async throws {
        let given = try await Arrangement()
        let digits = version.split(separator: ".").joined()
        try await given.overlay.seeding(given.torrent, in: given.data.folder) { seed in
            let stream = try #require(try TCPStream(port: seed.port))
            let name = Array("BitTorrent protocol".utf8)
            try stream.send(
                [19] + name + [UInt8](repeating: 0, count: 8)
                    + TCPStream.bytes(ofInfoHash: given.torrent.key)
                    + Array("-VT0000-abcdefghijkl".utf8))
            let answer = try stream.receive(68)
            let peerID = String(decoding: answer.suffix(20), as: UTF8.self)
            #expect(peerID.hasPrefix("-PI\(digits)0-"), "\(peerID)")
        }
    }

    @Test("The user agent contains the version")
    func userAgent() async throws {
        let folder = try TemporaryFolder()
        let overlay = try Overlay(folder.path.appending("overlay"))
        let port = try FreePort.any()
        // Prints its input and answers nothing.
        let server = try Command(
            installed: "busybox", package: "busybox-static",
            ["nc", "-ll", "-p", "\(port)", "-e", "/bin/sh", "-c", "exec cat >&2"])
        try await RunningProcess.with(server) { process in
            let _: Bool = try await Patience.until {
                Connection.isAccepted(port: port) ? true : nil
            }
            let get = overlay.command(
                "pierdat", "--timeout", "60", "http://127.0.0.1:\(port)/a.torrent",
                folder.path.appending("destination").string)
            try await RunningProcess.with(get) { _ in
                let line = try await process.line(containing: "User-Agent:")
                #expect(line.contains("Pierdat/\(version)"), "\(line)")
            }
        }
    }
}
