import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Kinds of URIs", .timeLimit(.minutes(3)))
struct URITests {
    /// The forms of an info-hash.
    enum Form: String, CaseIterable {
        case hexadecimal, upperCase, base32, magnetOfBase32, magnetOfV1, magnetOfV2, v2

        /// The torrent versions that it can identify.
        var versions: [TorrentFile.Version] {
            switch self {
            case .hexadecimal, .magnetOfV1: [.v1, .hybrid]
            case .upperCase, .base32, .magnetOfBase32: [.v1]
            case .magnetOfV2, .v2: [.v2, .hybrid]
            }
        }

        func uri(of torrent: TorrentFile) throws -> String {
            switch self {
            case .hexadecimal: try #require(torrent.v1)
            case .upperCase: try #require(torrent.v1).uppercased()
            case .base32: try Base32.encoded(#require(torrent.v1))
            case .magnetOfBase32:
                try "magnet:?xt=urn:btih:\(Base32.encoded(#require(torrent.v1)))"
            case .magnetOfV1: try "magnet:?dn=name&xt=urn:btih:\(#require(torrent.v1))"
            case .magnetOfV2: try "magnet:?xt=urn:btmh:1220\(#require(torrent.v2))"
            case .v2: try #require(torrent.v2)
            }
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let form: Form
        let version: TorrentFile.Version
        var testDescription: String { "\(form) of a torrent of \(version)" }
    }

    @Test(
        "An info-hash works bare and in a magnet link",
        arguments: Form.allCases.flatMap { form in
            form.versions.map { Case(form: form, version: $0) }
        })
    func infoHash(item: Case) async throws {
        let given = try await Arrangement(item.version)
        let origin = try Overlay(given.folder.path.appending("origin overlay"))
        try await origin.seeding(given.torrent, in: given.data.folder) { seed in
            var overlay = given.overlay
            overlay.environment["PIERDAT_PEERS"] = seed.address
            let ended = try await overlay.pierdat(
                item.form.uri(of: given.torrent), given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try given.isComplete)
    }

    @Test("A magnet link with a peer by name works", arguments: [":", "%3A"])
    func peerByName(colon: String) async throws {
        let given = try await Arrangement()
        try await Aria2.seeding(given.torrent, given.data) { seed in
            let ended = try await given.overlay.pierdat(
                "--backend", "bittorrent",
                given.torrent.magnet("x.pe=localhost\(colon)\(seed.port)"),
                given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try given.isComplete)
    }

    @Test("A magnet link works if a peer has only the metadata and a web seed has the data")
    func webSeed() async throws {
        let given = try await Arrangement()
        let job = LibtorrentPeer.Job(
            given.torrent.path.string, in: try given.folder.make("nothing"))
        let server = try await WebServer.serving(
            given.data.folder, state: given.folder.make("nginx")
        ) { server in
            try await LibtorrentPeer.running([job], on: .loopback) { peer in
                let ended = try await given.overlay.pierdat(
                    given.torrent.magnet("x.pe=\(peer.address)", "ws=\(server.url)"),
                    given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
            }
            return server
        }
        #expect(try given.isComplete)
        let saved = try await TorrentDescription.read(given.overlay.saved(given.torrent))
        #expect(saved.webSeeds == [server.url])
    }

    @Test("Trackers and peers of a magnet link are kept for seeding")
    func kept() async throws {
        let given = try await Arrangement()
        try await Tracker.tracking([given.torrent], in: given.folder.path) { tracker in
            try await Aria2.seeding(given.torrent, given.data) { seed in
                let ended = try await given.overlay.pierdat(
                    given.torrent.magnet("x.pe=\(seed.address)", "tr=\(tracker.announce())"),
                    given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
            }
            // It learns of the tracker only from the seed list.
            let serve = given.overlay.command(
                "pierdat-serve-bittorrent", given.overlay.seedList.string)
            try await RunningProcess.with(serve) { _ in try await tracker.hasSeed(of: given.torrent)
            }
        }
    }
}

/// Base32 (RFC 4648) for bytes that give whole digits.
private enum Base32 {
    static func encoded(_ hexadecimal: String) -> String {
        let bits = hexadecimal.flatMap { digit -> String in
            let binary = String(digit.hexDigitValue ?? 0, radix: 2)
            return String(repeating: "0", count: 4 - binary.count) + binary
        }
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        return String(
            stride(from: 0, to: bits.count, by: 5).map {
                alphabet[Int(String(bits[$0..<min($0 + 5, bits.count)]), radix: 2) ?? 0]
            })
    }
}
