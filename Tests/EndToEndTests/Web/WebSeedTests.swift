import Foundation
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("Web seeds without peers", .timeLimit(.minutes(3)))
struct WebSeedTests {
    @Test(
        "A folder is downloaded, also through a redirect to another server",
        arguments: [TorrentFile.Version.v1, .v2, .hybrid], [false, true])
    func folder(version: TorrentFile.Version, isRedirected: Bool) async throws {
        let given = try await Arrangement(version)
        try await given.served(isRedirected) { url, server in
            let ended = try await given.get(from: [url + "origin/"])
            #expect(ended.status == .exited(0), "\(ended)")
            // Files are requested in ranges, so that present parts are not downloaded again.
            let answers = Set(try server.requests.map { $0.prefix(9) })
            #expect(answers == ["206 bytes"], "\(answers)")
        }
        #expect(try given.isComplete)
    }

    @Test(
        "A single file is downloaded by its own or its folder's URL, also through a redirect",
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

    @Test("After a dead and an empty web seed, the next one is used")
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

    @Test("For partially present data only the rest is requested")
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
            // The last piece of the file contains the start of the next file.
            let requests = try server.requests.filter { $0.contains("a%20file.bin") }
            #expect(requests.allSatisfy { $0.hasPrefix("206 bytes=655360-") }, "\(requests)")
        }
        #expect(try given.isComplete)
    }

    @Test("A web seed is asked for 1 MiB at a time, because other peers may soon have the rest")
    func small() async throws {
        let given = try await Arrangement()
        // At 100 ms for each request, even a download that takes no time does not need more.
        let size = 8 << 20
        let name = "large.bin"
        let file = try given.folder.make("large").appending(name)
        let data = Data((0..<size).map { UInt8(truncatingIfNeeded: $0 * 31 + $0 / 251) })
        try data.write(to: URL(filePath: file.string))
        try await given.served(false) { url, server in
            let torrent = try await TorrentFile.make(
                .v1, of: file, at: given.folder.path.appending("large.torrent"),
                webSeed: "\(url)large/\(name)", pieceSize: 65_536)
            let ended = try await given.overlay.pierdat(
                torrent.path.string, given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
            let lengths = try server.requests.compactMap { $0.firstMatch(of: /bytes=(\d+)-(\d+)/) }
                .map { (Int($0.2) ?? 0) - (Int($0.1) ?? 0) + 1 }
            #expect(lengths.reduce(0, +) == size, "\(lengths)")
            #expect(lengths.allSatisfy { $0 <= 1 << 20 }, "\(lengths)")
        }
        let got = given.destination.appending(name)
        #expect(FileManager.default.contentsEqual(atPath: file.string, andPath: got.string))
    }

    @Test(
        "A magnet link's web seed is used and kept if a peer has only the metadata")
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

/// A torrent of one file with a blank and non-ASCII characters in its name.
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
    /// Serves everything in the test's folder, through another server if `isRedirected`.
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
