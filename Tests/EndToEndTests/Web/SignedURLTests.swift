import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("A web seed that redirects to URLs which expire", .timeLimit(.minutes(5)))
struct SignedURLTests {
    @Test("is asked again when they have, for each file of a folder")
    func folder() async throws {
        let given = try await Arrangement(.hybrid)
        try await SigningServer.running(given.folder.path, lifetime: 2, rate: 150_000) { server in
            let torrent = try given.torrent.seeded(
                by: [server.url + "origin/"], at: given.folder.path.appending("web.torrent"))
            let ended = try await given.overlay.pierdat(
                "--stall-timeout", "60", torrent.path.string, given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
            // It takes longer than one of them lives.
            let asked = await server.askedOfOrigin
            #expect(asked["/origin/data%20set/a%20file.bin"] ?? 0 >= 2, "\(asked)")
            // Once for each URL that has expired, and never in a loop.
            #expect(asked.values.reduce(0, +) < 100, "\(asked)")
            #expect(await server.askedTooLate > 0)
        }
        #expect(try given.isComplete)
    }

    @Test("is asked again when they have, for a single file")
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
            // Once for each URL that has expired, and never in a loop.
            #expect(asked.values.reduce(0, +) < 100, "\(asked)")
        }
        let got = given.destination.appending("a file.bin")
        #expect(
            FileManager.default.contentsEqual(
                atPath: given.data.largest.string, andPath: got.string))
    }

    @Test("that never work is asked less and less often, and the file and the status are told")
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
