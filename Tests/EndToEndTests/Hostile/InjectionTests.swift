import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Injection by untrusted URLs", .timeLimit(.minutes(3)))
struct InjectionTests {
    /// The sources of a URL.
    enum Source: String, CaseIterable, Sendable {
        case trackerOfLink, webSeedOfLink, trackerOfTorrent, trackersOfTorrent, webSeedOfTorrent
    }

    /// Appended to a URL: another header, another request, and a line of a report.
    private static let tail =
        " HTTP/1.1\r\nX-Injected: yes\r\n\r\nDELETE /all HTTP/1.1\r\nx: \n  no peer was found\n\u{1B}[2J"

    @Test(
        "A URL adds nothing to a request or to the output, whatever its purpose",
        arguments: Source.allCases)
    func sources(source: Source) async throws {
        let given = try await Arrangement()
        try await HostileServer.running { server in
            let ended = try await given.get(source, server.tracker(.record) + Self.tail)
            #expect(ended.status == .exited(124), "\(ended)")
            let requests = await server.requests
            #expect(!requests.contains { $0.contains(#"\nX-Injected"#) }, "\(requests)")
            #expect(!requests.contains { $0.contains("request b'DELETE") }, "\(requests)")
            let lines = ended.errors.split(separator: "\n")
            let isPeerKnown = source == .webSeedOfLink
            #expect(
                lines.count { $0 == "  no peer was found" } == (isPeerKnown ? 0 : 1), "\(ended)")
            #expect(!ended.errors.contains("\u{1B}"), "\(ended)")
            let name =
                switch source {
                case .trackerOfLink: "the magnet link's tr="
                case .webSeedOfLink: "the magnet link's ws="
                case .trackerOfTorrent, .trackersOfTorrent: "the tracker "
                case .webSeedOfTorrent: "the web seed "
                }
            let words = "warning: \(name)\(server.tracker(.record)) HTTP/1.1  X-Injected:"
            #expect(ended.errors.contains(words), "\(ended)")
        }
    }

    @Test("White space around a URL is removed", arguments: Source.allCases)
    func whiteSpace(source: Source) async throws {
        let given = try await Arrangement()
        try await HostileServer.running { server in
            let ended = try await given.get(source, " \t\(server.tracker(.record))/a b/\r\n")
            #expect(ended.status == .exited(124), "\(ended)")
            let requests = await server.requests
            #expect(!requests.isEmpty)
            let start = "request b'GET /announce/record/a%20b/"
            #expect(requests.allSatisfy { $0.hasPrefix(start) }, "\(requests)")
            #expect(!ended.errors.contains("warning"), "\(ended)")
        }
    }

    @Test("The Location of a redirect is encoded or rejected")
    func location() async throws {
        let given = try await Arrangement()
        try await HostileServer.running { server in
            for behaviour in [HostileServer.Behaviour.redirectWithBlanks, .redirectWithControls] {
                let seeded = try given.torrent.seeded(
                    by: [server.url(behaviour)], at: given.folder.path.appending("web.torrent"))
                let tracked = given.torrent.magnet("tr=\(server.tracker(behaviour))")
                for uri in [server.url(behaviour, "a.torrent"), seeded.path.string, tracked] {
                    _ = try await given.overlay.pierdat(
                        "--stall-timeout", "4", "--backend", "bittorrent", uri,
                        given.destination.string)
                }
            }
            let followed = await server.requests.filter { $0.contains("GET /record/") }
            #expect(followed.count >= 3, "\(followed)")
            let start = "request b'GET /record/a%20b/%C3%BC?x%20y HTTP/1.1"
            #expect(followed.allSatisfy { $0.hasPrefix(start) }, "\(followed)")
        }
    }
}

extension Arrangement {
    fileprivate func get(_ source: InjectionTests.Source, _ url: String) async throws -> Ended {
        let path = folder.path.appending("\(source).torrent")
        let encoded = url.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let uri =
            switch source {
            case .trackerOfLink: torrent.magnet("tr=\(encoded)")
            case .webSeedOfLink: torrent.magnet("ws=\(encoded)")
            case .trackerOfTorrent: try torrent.announced(to: url, at: path).path.string
            case .trackersOfTorrent: try torrent.announced(to: [[url]], at: path).path.string
            case .webSeedOfTorrent: try torrent.seeded(by: [url], at: path).path.string
            }
        let get = ["--stall-timeout", "5", "--backend", "bittorrent"]
        guard source == .webSeedOfLink else {
            return try await overlay.pierdat(get + [uri, destination.string])
        }
        // Without metadata, no web seed is used.
        let job = LibtorrentPeer.Job(torrent.path.string, in: try folder.make("nothing"))
        return try await LibtorrentPeer.running([job], on: .loopback) { peer in
            try await overlay.pierdat(get + [uri + "&x.pe=\(peer.address)", destination.string])
        }
    }
}
