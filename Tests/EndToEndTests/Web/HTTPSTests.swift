import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("HTTPS", .timeLimit(.minutes(3)))
struct HTTPSTests {
    @Test("A torrent and its web seed are downloaded if SSL_CERT_FILE names their authority")
    func trusted() async throws {
        let given = try await Given()
        try await given.serving { server in
            let url = try await given.publish(at: server)
            let ended = try await given.overlay.trusting(given.certificate)
                .pierdat(url, given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try given.isComplete)
    }

    @Test("A torrent is downloaded by HTTP/2 if the server speaks it, and its data by HTTP/1.1")
    func http2() async throws {
        let given = try await Given()
        try await given.serving(isHTTP2: true) { server in
            let url = try await given.publish(at: server)
            let ended = try await given.overlay.trusting(given.certificate)
                .pierdat(url, given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
            let requests = try server.requests
            #expect(
                requests.contains { $0.contains("GET /published.torrent HTTP/2.0") }, "\(requests)")

            let missing = try await given.overlay.trusting(given.certificate)
                .pierdat("--backend", "bittorrent", server.url + "missing.torrent", "/nowhere")
            #expect(missing.status == .exited(69), "\(missing)")
            #expect(
                missing.errors.contains(": the server answered 404. Is the path right?"),
                "\(missing)")
        }
        #expect(try given.isComplete)
    }

    @Test("A tracker is used by peers that trust its certificate, and others see the reason")
    func tracker() async throws {
        let given = try await Given()
        let (trusting, other) = try (given.arrangement.next, given.arrangement.another("other"))
        try await Tracker.tracking([given.torrent], in: given.folder) { tracker in
            try await given.serving(tracker) { server in
                let url = server.url + "announce"
                let torrent = try given.torrent.announced(to: url, at: given.published)
                let link = torrent.magnet("tr=\(url)")
                try await given.overlay.trusting(given.certificate).seeding(
                    torrent, in: given.arrangement.data.folder
                ) { _ in
                    try await tracker.hasSeed(of: torrent)

                    let refused = try await other.overlay.pierdat(
                        "--backend", "bittorrent", "--stall-timeout", "5", link,
                        other.destination.string)
                    #expect(refused.status == .exited(124), "\(refused)")
                    let words = "tracker \(url): its certificate is not trusted; "
                    #expect(refused.errors.contains(words), "\(refused)")

                    let ended = try await trusting.overlay.trusting(given.certificate)
                        .pierdat(link, trusting.destination.string)
                    #expect(ended.status == .exited(0), "\(ended)")
                }
            }
        }
        #expect(try trusting.isComplete)
    }

    @Test("A torrent from an untrusted server is rejected with advice")
    func untrusted() async throws {
        let given = try await Given()
        try await given.serving { server in
            let url = try await given.publish(at: server)
            let ended = try await given.overlay.pierdat(url, given.destination.string)
            #expect(ended.status == .exited(69), "\(ended)")
            let words = "cannot fetch \(url): its certificate is not trusted (unable to get local"
            #expect(ended.errors.contains(words), "\(ended)")
            #expect(ended.errors.contains("set SSL_CERT_FILE to its certificate"), "\(ended)")

            var overlay = given.overlay
            overlay.environment["SSL_CERT_FILE"] = "/no/where"
            let misled = try await overlay.pierdat(url, given.destination.string)
            #expect(misled.errors.contains("SSL_CERT_FILE=/no/where cannot be read"), "\(misled)")
        }
        #expect(try given.overlay.seedLines == [])
    }

    @Test("A torrent from a server with a certificate for another name is rejected")
    func otherName() async throws {
        let given = try await Given()
        try await given.serving { server in
            let url = try await given.publish(at: server)
                .replacing("127.0.0.1", with: "localhost")
            let ended = try await given.overlay.trusting(given.certificate)
                .pierdat(url, given.destination.string)
            #expect(ended.status == .exited(69), "\(ended)")
            #expect(ended.errors.contains("its certificate is for another name"), "\(ended)")
        }
    }

    @Test("An untrusted tracker and web seed are named in a stall report")
    func untrustedSwarm() async throws {
        let given = try await Given()
        try await given.serving { server in
            _ = try await given.publish(at: server)
            var overlay = given.overlay
            overlay.environment["PIERDAT_TRACKERS"] = server.url + "announce"
            let ended = try await overlay.pierdat(
                "--backend", "bittorrent", "--stall-timeout", "5", given.published.string,
                given.destination.string)
            #expect(ended.status == .exited(124), "\(ended)")
            for what in [
                "tracker \(server.url)announce: ", "web seed \(server.url)",
            ] {
                let line = ended.errors.split(separator: "\n").first { $0.contains(what) }
                #expect(line?.contains(": its certificate is not trusted; ") == true, "\(ended)")
            }
        }
    }

    @Test("An image without certificates says so, and an image with certificates finds them")
    func bareImage() async throws {
        let given = try await Given()
        try await given.serving { server in
            let url = try await given.publish(at: server)
            let get = given.overlay.command("pierdat", url, "/data").inside(given.overlay)
            let ended = try await get.run()
            #expect(ended.status == .exited(69), "\(ended)")
            let words = "no certificates of authorities: install ca-certificates, or set"
            #expect(ended.errors.contains(words), "\(ended)")

            let certificates = given.overlay.prefix.appending("etc/ssl/certs")
            try FileManager.default.createDirectory(
                atPath: certificates.string, withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                atPath: given.certificate.authority.string,
                toPath: certificates.appending("ca-certificates.crt").string)
            let again = try await get.run()
            #expect(again.status == .exited(0), "\(again)")
        }
        #expect(try given.arrangement.data.isEqual(below: given.overlay.prefix.appending("data")))
    }

    /// A web server with a certificate from an unknown authority.
    private struct Given: Sendable {
        let arrangement: Arrangement
        let certificate: Certificate

        var folder: FilePath { arrangement.folder.path }
        var overlay: Overlay { arrangement.overlay }
        var torrent: TorrentFile { arrangement.torrent }
        var destination: FilePath { arrangement.destination }
        var isComplete: Bool { get throws { try arrangement.isComplete } }
        var published: FilePath { folder.appending("published.torrent") }

        init() async throws {
            arrangement = try await Arrangement()
            certificate = try await Certificate.make(in: arrangement.folder.make("certificate"))
        }

        func serving(
            _ tracker: Tracker? = nil, isHTTP2: Bool = false,
            _ body: @Sendable (WebServer) async throws -> Void
        ) async throws {
            try await WebServer.serving(
                folder, state: arrangement.folder.make("nginx"), certificate: certificate,
                isHTTP2: isHTTP2, tracker: tracker, body)
        }

        /// Writes the torrent with `server` as its web seed and returns its URL.
        func publish(at server: WebServer) async throws -> String {
            _ = try await TorrentFile.make(
                .v1, of: arrangement.data, at: published, webSeed: server.url + "origin/")
            return server.url + "published.torrent"
        }
    }
}

extension Overlay {
    fileprivate func trusting(_ certificate: Certificate) -> Overlay {
        var overlay = self
        overlay.environment["SSL_CERT_FILE"] = certificate.authority.string
        return overlay
    }
}
