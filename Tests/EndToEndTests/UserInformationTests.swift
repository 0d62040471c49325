import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("User information in messages", .timeLimit(.minutes(3)))
struct UserInformationTests {
    /// A command line that fails with a message.
    struct Case: Sendable, CustomTestStringConvertible {
        let status: Int32
        let program: String
        let arguments: [String]
        var environment: [String: String] = [:]

        init(
            _ status: Int32, _ program: String, _ arguments: [String],
            _ environment: [String: String] = [:]
        ) {
            (self.status, self.program, self.arguments) = (status, program, arguments)
            self.environment = environment
        }

        var testDescription: String { "\(program) \(arguments) \(environment)" }
    }

    private static let hash = String(repeating: "0", count: 39) + "1"
    private static let url = "http://user:s3cret@127.0.0.1:1"
    private static let encoded = "http%3A%2F%2Fuser%3As3cret%40127.0.0.1%3A1%2Fannounce"

    static let uris: [Case] = [
        ("ftp://user:s3cret@h/x", 79), ("\(url)/x", 69), ("\(url)/x.torrent", 69),
        ("http:/user:s3cret@h/x.torrent", 65), ("http//user:s3cret@h/x.torrent", 65),
        ("https:user:s3cret@h/x.torrent", 65), ("user:s3cret@h/x.torrent", 65),
        ("user:s3cret@h/x", 79), ("http://user:s3cret@[/x.torrent", 65),
        ("http://user:x?s3cret@h/x", 65), ("http://user:s3cret@h:x/x.torrent", 65),
        ("http://user:s3\ncret@h/x.torrent", 65), ("magnet:?xt=urn:sha1:1&tr=\(url)/", 79),
        ("magnet:?xt=urn:sha1:1&tr=\(encoded)", 79),
        ("magnet:?xt=urn:btih:1&tr=\(url)/", 65), ("xt=urn:btih:1&tr=\(url)/", 65),
    ].map { Case($0.1, "pierdat", [$0.0, "d"]) }

    static let options: [Case] = [
        Case(64, "pierdat", ["--bogus=\(url)", hash, "d"]),
        Case(64, "pierdat", ["--timeout", url, hash, "d"]),
        Case(64, "pierdat", ["--timeout=user:s3cret@h", hash, "d"]),
        Case(64, "pierdat", ["--chmod", url, hash, "d"]),
        Case(79, "pierdat", ["--backend", url, hash, "d"]),
        Case(69, "pierdat", ["--backend", "bittorrent", "\(url)/x", "d"]),
        Case(66, "pierdat", ["publish", url]),
        Case(64, "pierdat", ["publish", "file", "--tracker", "ftp://user:s3cret@h"]),
        Case(64, "pierdat", ["publish", "file", "--web-seed", "http://user:s3cret@:0/"]),
        Case(64, "pierdat", ["publish", "file", "--name", "\(url)/"]),
        Case(73, "pierdat", ["publish", "file", "--output", "\(url)/x"]),
        Case(64, "pierdat", ["publish", "file", url]),
        Case(79, "pierdat", ["seed", "ftp://user:s3cret@h/x", "."]),
        Case(69, "pierdat", ["seed", "\(url)/x.torrent", "."]),
        Case(64, "pierdat", ["seed", hash, ".", url]), Case(64, "pierdat", ["status", url]),
        Case(64, "pierdat", ["health", url]), Case(64, "pierdatd", [url]),
        Case(127, "pierdatd", ["--", url]), Case(127, "pierdatd", ["--log", url, "--", "/none"]),
        Case(65, "pierdat-get-bittorrent", ["ftp://user:s3cret@h/x", "d"]),
        Case(65, "pierdat-verify-bittorrent", ["ftp://user:s3cret@h/x", "d"]),
        Case(65, "pierdat-check-bittorrent", ["http://user:s3cret@[/x.torrent"]),
        Case(65, "pierdat-check-http", ["http://user:x#s3cret@h/x"]),
        Case(65, "pierdat-verify-http", ["\(url)/x", "."]),
        Case(65, "pierdat-check-ipfs", ["ipfs://user:s3cret@h/x"]),
        Case(65, "pierdat-get-ipfs", ["\(url)/x", "."]),
        Case(64, "pierdat-check-bittorrent", [hash, url]),
    ]

    static let settings: [Case] =
        [
            "PIERDAT_TRACKERS", "PIERDAT_PEERS", "PIERDAT_DHT", "PIERDAT_ALLOW",
            "PIERDAT_INTERFACE", "PIERDAT_PORT", "PIERDAT_UPLOAD_LIMIT", "PIERDAT_CACHE_LIMIT",
            "SOURCE_DATE_EPOCH",
        ].map { Case(64, "pierdat", [hash, "d"], [$0: "ftp://user:s3cret@h/"]) } + [
            Case(
                64, "pierdat", ["ipfs://bafkqaaa", "d"],
                ["PIERDAT_IPFS_GATEWAYS": "ftp://user:s3cret@h/"]),
            Case(64, "pierdat", [hash, "d"], ["PIERDAT_PROXY": "user:s3cret@h:1"]),
            Case(79, "pierdat", ["d"], ["PIERDAT_URI": "ftp://user:s3cret@h/"]),
        ]
        + ["PIERDAT_LOG", "PIERDAT_SEED", "PIERDAT_GRACE"].map {
            Case(127, "pierdatd", ["--", "/none"], [$0: url])
        }

    /// Unusable sources, which a stall report names.
    static let stalls: [Case] = [
        "tr=\(url)/announce&ws=\(url)/&xs=\(url)/x.torrent", "tr=\(encoded)&x.pe=user:s3cret@h:1",
        "tr=ftp://user:s3cret@h/&dht=user:s3cret@h:1&foo=\(url)&so=\(url)",
        "tr=http://user:1&s3cret@h/&user:s3cret@h=1", "xt=http://user:s3cret@h/",
    ].map {
        Case(
            124, "pierdat",
            [
                "--stall-timeout", "2", "--backend", "bittorrent",
                "magnet:?xt=urn:btih:\(hash)&\($0)", "d",
            ])
    }

    @Test(
        "No message has the user or the password of a URL",
        arguments: uris + options + settings + stalls)
    func messages(_ one: Case) async throws {
        let folder = try TemporaryFolder()
        let overlay = try Overlay(folder.path.appending("overlay"))
        try Data("data".utf8).write(to: URL(filePath: folder.path.appending("file").string))
        var command = overlay.command(one.program)
        command.arguments = one.arguments
        command.environment.merge(one.environment) { $1 }
        let ended = try await command.started(by: "/usr/bin/env", ["-C", folder.path.string]).run()
        #expect(ended.status == .exited(one.status), "\(ended)")
        #expect(!ended.errors.isEmpty || one.program == "pierdat-check-bittorrent")
        for part in ["s3cret", "cret@"] {
            #expect(!ended.description.contains(part), "\(ended)")
        }
    }

    @Test(
        "A download by aria2c prints neither the user nor the password of a URL",
        arguments: ["url", "tracker", "encoded", "setting", "blank", "path"],
        Aria2BackendTests.shells)
    func aria2(what: String, shell: [String]) async throws {
        let given = try await Arrangement()
        var overlay = try given.overlay.withScripts(runBy: shell)
        if what == "setting" { overlay.environment["PIERDAT_TRACKERS"] = "\(Self.url)/announce" }
        let uri =
            switch what {
            case "url": "\(Self.url)/x.torrent"
            case "tracker": given.torrent.magnet("tr=\(Self.url)/announce")
            case "encoded": given.torrent.magnet("tr=\(Self.encoded)")
            case "blank": "http://user:s3 cret@[::1/x.torrent"
            case "path": "user:s3cret@h/x.torrent"
            default: given.torrent.magnet()
            }
        let ended = try await overlay.pierdat(
            "--backend", "aria2c", "--stall-timeout", "2", uri, given.destination.string)
        let status: Int32 = ["url": 69, "blank": 65, "path": 66][what] ?? 124
        #expect(ended.status == .exited(status), "\(ended)")
        #expect(!ended.description.contains("cret@"), "\(ended)")
        // The rest of the message is printed.
        #expect(["blank", "path"].contains(what) || ended.errors.contains("***"), "\(ended)")
    }

    @Test(
        "A seeder that is aria2c hides the user of a tracker's URL",
        arguments: Aria2BackendTests.shells)
    func aria2Seeder(shell: [String]) async throws {
        let given = try await Arrangement()
        var overlay = try given.overlay.withScripts(runBy: shell)
        overlay.environment["PIERDAT_TRACKERS"] = "\(Self.url)/announce"
        let seed = overlay.command(
            "pierdat-seed-aria2c", given.torrent.path.string, given.data.folder.string)
        let (line, status) = try await RunningProcess.with(seed) { process in
            try await process.line(containing: "URI=")
        }
        #expect(status == .exited(0))
        #expect(line.contains("http://***@127.0.0.1:1/announce"), "\(line)")
    }
}
