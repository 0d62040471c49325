import PeerFixtures
import SystemPackage
import Testing

@Suite("Host header", .timeLimit(.minutes(3)))
struct HostHeaderTests {
    @Test(
        "A web seed and the server of a torrent get their own host and port, over IPv4 and IPv6",
        arguments: [Host.loopback, Host.loopback.overIPv6])
    func webServer(host: PeerFixtures.Host) async throws {
        let given = try await Arrangement()
        try await WebServer.serving(given.folder.path, state: given.folder.make("nginx"), on: host)
        {
            server in
            _ = try given.torrent.seeded(
                by: [server.url + "origin/"], at: given.folder.path.appending("web.torrent"))
            let ended = try await given.overlay.pierdat(
                server.url + "web.torrent", given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
            let file = try await TorrentFile.make(
                .v1, of: given.data.largest, at: given.folder.path.appending("file.torrent"),
                webSeed: server.url + "origin/data%20set/", pieceSize: 65_536)
            let again = try await given.overlay.pierdat(
                file.path.string, given.destination.string)
            #expect(again.status == .exited(0), "\(again)")
            let requests = try server.requests
            #expect(!requests.isEmpty)
            #expect(
                requests.allSatisfy { $0.hasSuffix(" HTTP/1.1 \(server.authority) -") },
                "\(requests)")
        }
        #expect(try given.isComplete)
    }

    @Test(
        "A tracker gets its own host and port", arguments: [Host.loopback, Host.loopback.overIPv6])
    func tracker(host: PeerFixtures.Host) async throws {
        let given = try await Arrangement()
        try await Tracker.tracking([given.torrent], in: given.folder.path) { tracker in
            try await WebServer.serving(
                given.folder.path, state: given.folder.make("nginx"), on: host, tracker: tracker
            ) { server in
                let ended = try await given.overlay.pierdat(
                    "--stall-timeout", "5", "--backend", "bittorrent",
                    given.torrent.magnet("tr=\(server.url)announce"), given.destination.string)
                #expect(
                    ended.errors.contains("tracker \(server.url)announce: works"), "\(ended)")
                let requests = try server.requests
                #expect(
                    requests.allSatisfy { $0.hasSuffix(" HTTP/1.1 \(server.authority) -") },
                    "\(requests)")
            }
        }
    }
}
