import Foundation
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("Web seeds that redirect to expiring URLs", .timeLimit(.minutes(5)))
struct SignedURLTests {
    /// In a v1 torrent, pieces have bytes of several files, each of which has a URL of its own.
    @Test(
        "Expired URLs of a folder's files are requested again from the origin",
        arguments: [TorrentFile.Version.v1, .hybrid])
    func folder(version: TorrentFile.Version) async throws {
        let given = try await Arrangement(version)
        try await SigningServer.running(given.folder.path, lifetime: 2, rate: 150_000) { server in
            let torrent = try given.torrent.seeded(
                by: [server.url + "origin/"], at: given.folder.path.appending("web.torrent"))
            let ended = try await given.overlay.pierdat(
                "--stall-timeout", "60", torrent.path.string, given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
            // The download takes longer than a URL is valid.
            let asked = await server.askedOfOrigin
            #expect(asked["/origin/data%20set/a%20file.bin"] ?? 0 >= 2, "\(asked)")
            await expectNoMore(asked, than: server)
            #expect(await server.askedTooLate > 0)
        }
        #expect(try given.isComplete)
    }

    @Test("An expired URL of a single file is requested again from the origin")
    func file() async throws {
        let given = try await Arrangement()
        let torrent = try await TorrentFile.make(
            .v1, of: given.data.largest, at: given.folder.path.appending("file.torrent"),
            pieceSize: 65_536)
        try await SigningServer.running(given.folder.path, lifetime: 2, rate: 150_000) { server in
            let seeded = try torrent.seeded(
                by: [server.url + "origin/data%20set/"],
                at: given.folder.path.appending("web.torrent"))
            let ended = try await given.overlay.pierdat(
                "--stall-timeout", "60", seeded.path.string, given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
            let asked = await server.askedOfOrigin
            #expect(asked["/origin/data%20set/a%20file.bin"] ?? 0 >= 2, "\(asked)")
            await expectNoMore(asked, than: server)
        }
        let got = given.destination.appending("a file.bin")
        #expect(
            FileManager.default.contentsEqual(
                atPath: given.data.largest.string, andPath: got.string))
    }

    @Test("The end of a file is downloaded with a file that has no piece of its own")
    func smallFile() async throws {
        let given = try await Arrangement()
        let root = given.data.root.removingLastComponent().appending("small")
        try Folder.make(root)
        for (name, size) in [("a", 150_000), ("b", 3), ("c", 70_000), ("d", 1)] {
            try Data(repeating: UInt8(ascii: "x"), count: size)
                .write(to: URL(filePath: root.appending(name).string))
        }
        let torrent = try await TorrentFile.make(
            .v1, of: root, at: given.folder.path.appending("small.torrent"), pieceSize: 65_536)
        try await SigningServer.running(given.folder.path, lifetime: 60, rate: 10_000_000) {
            server in
            let seeded = try torrent.seeded(
                by: [server.url + "origin/"], at: given.folder.path.appending("web.torrent"))
            let ended = try await given.overlay.pierdat(
                "--stall-timeout", "20", seeded.path.string, given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
            let asked = await server.askedOfOrigin
            #expect(asked.values.allSatisfy { $0 <= 2 } && asked.count == 4, "\(asked)")
        }
        #expect(
            FileManager.default.contentsEqual(
                atPath: root.string, andPath: given.destination.appending("small").string))
    }

    /// Expects one request for each file and another one for each expired URL.
    private func expectNoMore(_ asked: [String: Int], than server: SigningServer) async {
        let (late, cut) = await (server.askedTooLate, server.cutOff)
        #expect(
            asked.values.reduce(0, +) <= asked.count + late + cut,
            "\(asked), \(late) came too late, \(cut) were cut off")
    }

    @Test(
        "URLs that never work are requested less and less often, with the file and status reported")
    func neverWorking() async throws {
        let given = try await Arrangement()
        try await SigningServer.running(given.folder.path, lifetime: -1, rate: 1) { server in
            let torrent = try given.torrent.seeded(
                by: [server.url + "origin/"], at: given.folder.path.appending("web.torrent"))
            let ended = try await given.overlay.pierdat(
                "--stall-timeout", "15", "--backend", "bittorrent", torrent.path.string,
                given.destination.string)
            #expect(ended.status == .exited(124), "\(ended)")
            let line = ended.errors.split(separator: "\n").first {
                $0.hasPrefix("  web seed \(server.url)origin/: ")
            }
            #expect(line?.contains("data set/a file.bin") == true, "\(ended)")
            #expect(line?.contains(": 403 Forbidden (at 127.0.0.1:") == true, "\(ended)")
            #expect(!ended.errors.contains("signature"), "\(ended)")
            let asked = await server.askedOfOrigin
            #expect(asked.values.allSatisfy { $0 <= 2 }, "\(asked)")
        }
    }
}
