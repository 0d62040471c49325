import Foundation
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("Web seeds, without any peer that has data", .timeLimit(.minutes(3)))
struct WebSeedTests {
    @Test(
        "one gives a folder, also when it redirects to another server",
        arguments: [TorrentFile.Version.v1, .v2, .hybrid], [false, true])
    func folder(version: TorrentFile.Version, isRedirected: Bool) async throws {
        let given = try await Arrangement(version)
        try await given.served(isRedirected) { url, server in
            let ended = try await given.get(from: [url + "origin/"])
            #expect(ended.status == .exited(0), "\(ended)")
            // Files are asked for in ranges, so that a part that is there need not come again.
            let answers = Set(try server.requests.map { $0.prefix(9) })
            #expect(answers == ["206 bytes"], "\(answers)")
        }
        #expect(try given.isComplete)
    }

    @Test(
        "one gives a single file by the URL of its folder or its own, also when it redirects",
        arguments: [false, true], [false, true])
    func file(isNamed: Bool, isRedirected: Bool) async throws {
        let given = try await SingleFile()
        try await given.arrangement.served(isRedirected) { url, _ in
            let ended = try await given.get(
                from: url + "single/" + (isNamed ? SingleFile.escapedName : ""))
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try given.isComplete)
    }

    @Test("one that is dead, and one that has nothing, leave it to the next one")
    func deadFirst() async throws {
        let given = try await Arrangement()
        let empty = try given.folder.make("empty")
        try await WebServer.serving(empty, state: given.folder.make("nothing")) { nothing in
            try await given.served(false) { url, _ in
                let refusing = "http://127.0.0.1:\(try FreePort.any())/"
                let ended = try await given.get(from: [refusing, nothing.url, url + "origin/"])
                #expect(ended.status == .exited(0), "\(ended)")
            }
            #expect(try nothing.requests.contains { $0.hasPrefix("404") })
        }
        #expect(try given.isComplete)
    }

    @Test("of data that is there in part, no more than the rest is asked for")
    func rest() async throws {
        let given = try await Arrangement()
        let (whole, part) = (given.data.root, given.destination.appending(DataSet.name))
        try FileManager.default.createDirectory(
            atPath: part.string, withIntermediateDirectories: true)
        let name = "a file.bin"
        try FileManager.default.copyItem(
            atPath: whole.appending(name).string, toPath: part.appending(name).string)
        try await given.served(false) { url, server in
            let ended = try await given.get(from: [url + "origin/"])
            #expect(ended.status == .exited(0), "\(ended)")
            // The last piece of the file has the beginning of the next file in it.
            let requests = try server.requests.filter { $0.contains("a%20file.bin") }
            #expect(requests.allSatisfy { $0.hasPrefix("206 bytes=655360-") }, "\(requests)")
        }
        #expect(try given.isComplete)
    }

    @Test(
        "one of a magnet link gives the data, whose metadata a peer without data has, and is kept")
    func magnet() async throws {
        let given = try await Arrangement()
        try await given.served(true) { url, _ in
            let nothing = try given.folder.make("nothing")
            try await LibtorrentPeer.running(
                [.init(given.torrent.path.string, in: nothing)], on: .loopback
            ) { peer in
                let seed = url + "origin/"
                let ended = try await given.overlay.pierdat(
                    given.torrent.magnet("x.pe=\(peer.address)", "ws=\(seed)"),
                    given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
                let saved = try await TorrentDescription.read(given.overlay.saved(given.torrent))
                #expect(saved.webSeeds.contains(seed))
            }
        }
        #expect(try given.isComplete)
    }
}

/// A torrent of one file, of a name with a blank and beyond ASCII.
private struct SingleFile: Sendable {
    static let name = "größe 1.bin"
    static let escapedName = "gr%C3%B6%C3%9Fe%201.bin"

    let arrangement: Arrangement
    private let file: FilePath

    init() async throws {
        arrangement = try await Arrangement()
        file = try arrangement.folder.make("single").appending(Self.name)
        try FileManager.default.copyItem(
            atPath: arrangement.data.root.appending("a file.bin").string, toPath: file.string)
    }

    func get(from webSeed: String) async throws -> Ended {
        let torrent = try await TorrentFile.make(
            .v1, of: file, at: arrangement.folder.path.appending("single.torrent"),
            webSeed: webSeed, pieceSize: 65_536)
        return try await arrangement.overlay.pierdat(
            torrent.path.string, arrangement.destination.string)
    }

    var isComplete: Bool {
        get throws {
            let got = arrangement.destination.appending(Self.name)
            return FileManager.default.contentsEqual(atPath: file.string, andPath: got.string)
        }
    }
}

extension Arrangement {
    /// Serves all in the test's folder, by way of another server where `isRedirected`.
    fileprivate func served(
        _ isRedirected: Bool, _ body: @Sendable (_ url: String, WebServer) async throws -> Void
    ) async throws {
        try await WebServer.serving(folder.path, state: folder.make("nginx")) { server in
            guard isRedirected else { return try await body(server.url, server) }
            try await WebServer.redirecting(to: server.url, state: folder.make("redirecting")) {
                try await body($0.url, server)
            }
        }
    }

    fileprivate func get(from webSeeds: [String]) async throws -> Ended {
        let torrent = try torrent.seeded(by: webSeeds, at: folder.path.appending("web.torrent"))
        return try await overlay.pierdat(
            "--stall-timeout", "60", torrent.path.string, destination.string)
    }
}
