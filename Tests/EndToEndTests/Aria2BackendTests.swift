import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Backend aria2c", .timeLimit(.minutes(3)))
struct Aria2BackendTests {
    /// The shells that its scripts must support.
    static let shells: [[String]] = [["/bin/dash"], ["/bin/busybox", "sh"]]

    private static let hash = String(repeating: "0123456789abcdefABCD", count: 2)

    @Test(
        "Its check accepts what aria2c can download",
        arguments: [
            "magnet:?xt=urn:btih:\(hash)", "magnet:?dn=a&xt=urn:btih:\(hash)&tr=udp://x:1", hash,
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "/some/where.torrent", "relative name.torrent",
            "http://host/a.torrent", "https://host/a.torrent?key=1",
        ], shells)
    func accepted(uri: String, shell: [String]) async throws {
        let ended = try await check(uri, shell)
        #expect(ended.status == .exited(0), "\(ended)")
    }

    @Test(
        "Its check leaves to others what aria2c cannot download",
        arguments: [
            "magnet:?xt=urn:btmh:1220\(hash)", "magnet:?xt=urn:btih:\(hash)&so=1",
            "ipfs://a.torrent",
            "magnet:?xt=urn:btih:\(hash)\n", "http://host/a.zip", "abc", "", "-h", "*", hash + "0",
        ], shells)
    func refused(uri: String, shell: [String]) async throws {
        let ended = try await check(uri, shell)
        #expect(ended.status == .exited(1), "\(ended)")
    }

    @Test(
        "Its check accepts a hybrid torrent if aria2c supports them, from 1.37 on",
        arguments: shells)
    func hybrid(shell: [String]) async throws {
        let told = try await Command(installed: "aria2c", package: "aria2", ["--version"]).run()
        let version = try #require(
            told.output.firstMatch(of: /version 1\.(\d+)/).flatMap { Int($0.1) })
        let hash = "urn:btih:\(Self.hash)"
        for uri in ["magnet:?xt=\(hash)&xt=urn:btmh:1220", "magnet:?xt=urn:btmh:1220&xt=\(hash)"] {
            let ended = try await check(uri, shell)
            #expect(ended.status == .exited(version < 37 ? 1 : 0), "\(ended)")
            #expect(ended.errors.contains("hybrid") == (version < 37), "\(ended)")
        }
    }

    @Test(
        "It downloads a magnet link through its tracker and seeds the result", arguments: shells)
    func bothWays(shell: [String]) async throws {
        let given = try await Arrangement()
        let overlay = try given.overlay.withScripts(runBy: shell)
        let next = try Overlay(given.folder.path.appending("next overlay"))
        let end = given.folder.path.appending("end")
        try await Tracker.tracking([given.torrent], in: given.folder.path) { tracker in
            let magnet = given.torrent.magnet("tr=\(tracker.announce())")
            try await Aria2.seeding(given.torrent, given.data, tracker: tracker) { _ in
                let ended = try await overlay.pierdat(
                    "--backend", "aria2c", magnet, given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
            }
            #expect(try given.isComplete)
            let line = "pierdat-seed-aria2c \(overlay.saved(given.torrent)) \(given.destination)"
            #expect(try overlay.seedLines == [line])

            let seed = overlay.command(
                "pierdat-seed-aria2c", overlay.saved(given.torrent).string, given.destination.string
            )
            let (_, status) = try await RunningProcess.with(seed) { process in
                try await tracker.hasSeed(of: given.torrent)
                // Less than the largest file: it has not read them all again.
                #expect(try process.bytesRead < 700_000)
                let ended = try await next.pierdat("--backend", "bittorrent", magnet, end.string)
                #expect(ended.status == .exited(0), "\(ended)")
            }
            // SIGTERM reached aria2c itself, which then exits cleanly.
            #expect(status == .exited(0))
        }
        #expect(try given.data.isEqual(below: end))
    }

    @Test("It resolves a magnet link once, and verifies existing data without downloading it again")
    func again() async throws {
        let given = try await Arrangement()
        try await Tracker.tracking([given.torrent], in: given.folder.path) { tracker in
            let magnet = given.torrent.magnet("tr=\(tracker.announce())")
            try await Aria2.seeding(given.torrent, given.data, tracker: tracker) { _ in
                let ended = try await given.overlay.pierdat(
                    "--backend", "aria2c", magnet, given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
            }
            let again = try await given.overlay.pierdat(
                "--backend", "aria2c", magnet, given.destination.string)
            #expect(again.status == .exited(0), "\(again)")
        }
        #expect(try given.overlay.seedLines.count == 1)
    }

    @Test("It gives up a stalled download with the right exit code and records nothing")
    func stalled() async throws {
        let given = try await Arrangement()
        let ended = try await given.overlay.pierdat(
            "--backend", "aria2c", "--stall-timeout", "1", given.torrent.magnet(),
            given.destination.string)
        #expect(ended.status == .exited(124), "\(ended)")
        #expect(try given.overlay.seedLines == [])
    }

    @Test("Its first use of the DHT, without known nodes, is not an error")
    func firstUseOfTheDHT() async throws {
        let given = try await Arrangement()
        var overlay = given.overlay
        overlay.environment["PIERDAT_DHT"] = "127.0.0.1:9"
        let ended = try await overlay.pierdat(
            "--backend", "aria2c", "--stall-timeout", "1", given.torrent.magnet(),
            given.destination.string)
        #expect(ended.status == .exited(124), "\(ended)")
        #expect(!ended.errors.contains("[ERROR]"), "\(ended)")
    }

    @Test("It reports a malformed or missing torrent", arguments: ["bad", "missing"])
    func unusable(name: String) async throws {
        let given = try await Arrangement()
        try Data("no torrent".utf8).write(
            to: URL(filePath: given.folder.path.appending("bad.torrent").string))
        let ended = try await given.overlay.pierdat(
            "--backend", "aria2c", given.folder.path.appending("\(name).torrent").string,
            given.destination.string)
        #expect(ended.status == .exited(name == "bad" ? 65 : 66), "\(ended)")
        #expect(try given.overlay.seedLines == [])
    }

    @Test("It reports a full disk and records nothing")
    func fullDisk() async throws {
        let given = try await Arrangement()
        let destination = try given.folder.make("small")
        try await Tracker.tracking([given.torrent], in: given.folder.path) { tracker in
            try await Aria2.seeding(given.torrent, given.data, tracker: tracker) { _ in
                let ended = try await given.overlay
                    .command(
                        "pierdat", "--backend", "aria2c",
                        given.torrent.magnet("tr=\(tracker.announce())"), destination.string
                    )
                    .withTemporaryFileSystem(at: destination, size: "512k")
                    .run()
                #expect(ended.status == .exited(80), "\(ended)")
            }
        }
        #expect(try given.overlay.seedLines == [])
    }

    private func check(_ uri: String, _ shell: [String]) async throws -> Ended {
        let script = Package.root.appending("root/usr/bin/pierdat-check-aria2c")
        return try await Command(FilePath(shell[0]), shell.dropFirst() + [script.string, uri]).run()
    }
}
