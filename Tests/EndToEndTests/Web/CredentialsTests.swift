import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Credentials in URLs", .timeLimit(.minutes(3)))
struct CredentialsTests {
    private static let user = WebServer.User(name: "me@home", password: "p@a/s%s würd")
    /// Percent-encoded for a URL.
    private static let written = "me%40home:p%40a%2Fs%25s%20w%C3%BCrd"

    @Test("They work for a torrent and its web seed and are never printed")
    func webServer() async throws {
        let given = try await Arrangement()
        try await WebServer.serving(
            given.folder.path, state: given.folder.make("nginx"), user: Self.user
        ) { server in
            let url = "http://\(Self.written)@\(server.authority)/"
            _ = try given.torrent.seeded(
                by: [url + "origin/"], at: given.folder.path.appending("web.torrent"))
            let ended = try await given.overlay.pierdat(
                url + "web.torrent", given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(!ended.printsPassword, "\(ended)")
            let requests = try server.requests
            #expect(requests.allSatisfy { $0.hasSuffix(" me@home") }, "\(requests)")
        }
        #expect(try given.isComplete)
    }

    @Test("They work for a tracker and are never printed")
    func tracker() async throws {
        let given = try await Arrangement()
        try await Tracker.tracking([given.torrent], in: given.folder.path) { tracker in
            try await WebServer.serving(
                given.folder.path, state: given.folder.make("nginx"), tracker: tracker,
                user: Self.user
            ) { server in
                let url = "http://\(Self.written)@\(server.authority)/announce"
                var overlay = given.overlay
                overlay.environment["PIERDAT_TRACKERS"] = url
                let ended = try await overlay.pierdat(
                    "--stall-timeout", "5", "--backend", "bittorrent", given.torrent.magnet(),
                    given.destination.string)
                let words = "tracker http://***@\(server.authority)/announce: works"
                #expect(ended.errors.contains(words), "\(ended)")
                #expect(!ended.printsPassword, "\(ended)")
            }
        }
    }

    @Test("Wrong credentials are not printed with the failure")
    func wrong() async throws {
        let given = try await Arrangement()
        try await WebServer.serving(
            given.folder.path, state: given.folder.make("nginx"),
            user: WebServer.User(name: "other", password: "other")
        ) { server in
            let url = "http://\(Self.written)@\(server.authority)/"
            let torrent = try await given.overlay.pierdat(
                "--backend", "bittorrent", url + "web.torrent", given.destination.string)
            #expect(
                torrent.errors.contains(
                    "cannot fetch http://***@\(server.authority)/web.torrent: "),
                "\(torrent)")
            let seeded = try given.torrent.seeded(
                by: [url + "origin/"], at: given.folder.path.appending("web.torrent"))
            let ended = try await given.overlay.pierdat(
                "--stall-timeout", "5", "--backend", "bittorrent", seeded.path.string,
                given.destination.string)
            let line = ended.errors.split(separator: "\n").first {
                $0.hasPrefix("  web seed http://***@\(server.authority)/origin/: ")
            }
            #expect(line?.contains("401 Unauthorized") == true, "\(ended)")
            #expect(!torrent.printsPassword && !ended.printsPassword, "\(ended)")
        }
    }

    @Test("They are not sent to another server after a redirect")
    func redirected() async throws {
        let given = try await Arrangement()
        try await HostileServer.running { other in
            try await WebServer.redirecting(
                to: other.url(.record), state: given.folder.make("nginx")
            ) { server in
                let url = "http://\(Self.written)@\(server.authority)/"
                let seeded = try given.torrent.seeded(
                    by: [url], at: given.folder.path.appending("web.torrent"))
                for uri in [
                    url + "a.torrent", seeded.path.string,
                    given.torrent.magnet("tr=\(url)announce"),
                ] {
                    _ = try await given.overlay.pierdat(
                        "--stall-timeout", "4", "--backend", "bittorrent", uri,
                        given.destination.string)
                }
                #expect(try server.requests.allSatisfy { $0.hasSuffix(" me@home") })
            }
            let requests = await other.requests
            #expect(requests.count >= 3)
            #expect(!requests.contains { $0.lowercased().contains("authorization") }, "\(requests)")
        }
    }
}

extension Ended {
    fileprivate var printsPassword: Bool {
        ["p@a/s", "p%40a", "würd", "w%C3%BCrd"].contains { (errors + output).contains($0) }
    }
}
