import Foundation
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("Torrents by URL", .timeLimit(.minutes(3)))
struct TorrentURLTests {
    @Test("A torrent is downloaded, and its data from its web seed, without any peer")
    func webSeed() async throws {
        let given = try await Arrangement()
        try await WebServer.serving(given.folder.path, state: given.folder.make("nginx")) {
            server in
            let torrent = try await TorrentFile.make(
                .hybrid, of: given.data, at: given.folder.path.appending("by url.torrent"),
                webSeed: server.url + "origin/")
            let ended = try await given.overlay.pierdat(
                server.url + "by%20url.torrent", given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(try given.isComplete)
            #expect(try given.overlay.seedLines.first?.contains(torrent.key) == true)
        }
    }

    @Test("A torrent is downloaded from the server itself, whatever http_proxy and the like say")
    func foreignProxies() async throws {
        let given = try await Arrangement()
        try await WebServer.serving(given.folder.path, state: given.folder.make("nginx")) {
            server in
            _ = try given.torrent.seeded(
                by: [server.url + "origin/"], at: given.folder.path.appending("web.torrent"))
            var overlay = given.overlay
            for name in ["http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"] {
                overlay.environment[name] = "http://127.0.0.1:\(try FreePort.any())"
            }
            let ended = try await overlay.pierdat(
                server.url + "web.torrent", given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try given.isComplete)
    }

    @Test("A missing torrent or another file is reported, and nothing is recorded")
    func missing() async throws {
        let given = try await Arrangement()
        let before = try given.overlay.seedListContents
        let folder = given.folder.path
        try Data("<html>".utf8).write(to: URL(filePath: folder.appending("page.torrent").string))
        try await WebServer.serving(folder, state: given.folder.make("nginx")) { server in
            let missing = try await given.overlay.pierdat(
                server.url + "missing.torrent", given.destination.string)
            #expect(missing.status == .exited(69))
            #expect(missing.errors.contains("404"))
            let page = try await given.overlay.pierdat(
                server.url + "page.torrent", given.destination.string)
            #expect(page.status == .exited(65))
            #expect(page.errors.contains("malformed"))
        }
        #expect(try given.overlay.seedListContents == before)
    }
}
