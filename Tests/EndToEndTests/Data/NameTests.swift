import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Unusual file names", .timeLimit(.minutes(3)))
struct NameTests {
    static let names = [
        "back\\slash", "system/dev-disk-by\\x2dlabel-x.swap", "\\", "README", "readme", "Docs/a",
        "docs/a",
        "net/xt_DSCP.h", "net/xt_dscp.h", " leading", "trailing ", "trailing.", "...", "..a",
        ".hidden",
        "tab\there", "new\nline", "return\r", "\u{1}\u{1B}[2J", "\u{7F}", "\u{85}", "\u{2028}",
        "\u{202E}gnp.exe", "\u{200F}", "\u{2066}x", "caf\u{E9}", "cafe\u{301}", "日本語", "👩‍🔬",
        "\u{FEFF}",
        "CON", "nul", "aux.txt", "com1", "a:b", "*", "what?", "<>|\"'", "%41", "100%", "%2e%2e",
        "#", "a+b&c;d=e",
        "~", "-rf", "$(x)", "`x`", "{}", "pierdat", "_____padding",
        String(repeating: "x", count: 255),
        String(repeating: "x", count: 251) + ".bin", String(repeating: "ü", count: 127),
        "\\folder/ sub. /file",
    ]
    /// Without the names that libtorrent's Python binding cannot write or read.
    static let othersNames = names.filter { !["\\", "\u{200F}"].contains($0) }
    static let othersRoot = "pack \u{202E}\t. "
    /// The torrent's name.
    static let root = " pack\\\u{202E}\t. "

    @Test(
        "Published names survive downloading by magnet link and .torrent, and seeding on",
        arguments: [["--v1"], []])
    func published(options: [String]) async throws {
        let given = try Given()
        let torrent = try await given.publish(options)
        try await given.origin.serving(torrent.file) { seed in
            let peer = "x.pe=\(seed.address)"
            try await given.get("\(torrent.magnet)&\(peer)", by: "one")
            try await given.get(torrent.file.path.string, by: "two", peers: seed.address)
        }
        // By those who downloaded from the origin: their seed lists serve the same names.
        for name in ["one", "two"] {
            try await given.overlay(name).serving(torrent.file) { seed in
                let next = "from \(name)"
                try await given.get("\(torrent.magnet)&x.pe=\(seed.address)", by: next)
                try given.expectAll(below: next)
            }
        }
    }

    @Test(
        "Existing data with such names is recognized by a second run and by `pierdat seed`",
        arguments: [["--v1"], []])
    func recognized(options: [String]) async throws {
        let given = try Given()
        let torrent = try await given.publish(options)
        try await given.origin.serving(torrent.file) { seed in
            try await given.get("\(torrent.magnet)&x.pe=\(seed.address)", by: "one")
        }
        // There is no seeder any more.
        try await given.get(torrent.magnet, by: "one")
        let overlay = try given.overlay("other")
        for place in [given.destination("one"), given.destination("one").appending(Self.root)] {
            let ended = try await overlay.pierdat("seed", torrent.file.path.string, place.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try overlay.seedLines.count == 1)
    }

    @Test(
        "A torrent from another program keeps its names when it is downloaded and seeded",
        arguments: [TorrentFile.Version.v1, .v2, .hybrid])
    func others(version: TorrentFile.Version) async throws {
        let given = try Given(names: Self.othersNames, root: Self.othersRoot)
        let torrent = try await TorrentFile.make(
            version, of: given.data, at: given.folder.path.appending("other.torrent"),
            pieceSize: 16_384)
        try await given.origin.seeding(torrent, in: given.data.removingLastComponent()) { seed in
            try await given.get(torrent.magnet("x.pe=\(seed.address)"), by: "one")
            try await given.get(torrent.path.string, by: "two", peers: seed.address)
        }
        try await given.overlay("one").serving(torrent) { seed in
            try await given.get(torrent.magnet("x.pe=\(seed.address)"), by: "three")
        }
    }

    @Test(
        "A web seed gets requests for exactly these names",
        arguments: [TorrentFile.Version.v1, .v2, .hybrid])
    func webSeed(version: TorrentFile.Version) async throws {
        let given = try Given(names: Self.othersNames, root: Self.othersRoot)
        let path = given.folder.path.appending("other.torrent")
        let made = try await TorrentFile.make(version, of: given.data, at: path, pieceSize: 16_384)
        try await WebServer.serving(
            given.data.removingLastComponent(), state: given.folder.make("nginx")
        ) { server in
            let torrent = try made.seeded(
                by: [server.url], at: given.folder.path.appending("web.torrent"))
            try await given.get(torrent.path.string, by: "one")
        }
    }

    @Test("Another client downloads all names that it supports from us, byte for byte")
    func anotherClient() async throws {
        let names = [
            "README", "readme", "Docs/a", "docs/b", " leading", "trailing.", "caf\u{E9}",
            "cafe\u{301}",
        ]
        let given = try Given(names: names, root: "pack")
        let torrent = try await given.publish(["--v1"])
        let end = try given.folder.make("end")
        try await Tracker.tracking([torrent.file], in: given.folder.path) { tracker in
            try await given.origin.serving(torrent.file, tracker: tracker) { _ in
                try await Aria2.download(torrent.file.path.string, into: end, tracker: tracker)
            }
        }
        #expect(try FileTree(below: end.appending("pack")) == given.tree)
    }

    @Test("Terminal control characters are never printed, even for a name that is not found")
    func terminal() async throws {
        let given = try Given(names: ["\u{1B}[2J\u{202E}x\ny", "z"], root: "\u{1B}]0;x\u{7}")
        let torrent = try await given.publish([])
        let inVain = try await given.overlay("one").pierdat(
            "--select", "no such file", torrent.file.path.string, given.destination("one").string)
        #expect(inVain.status == .exited(65), "\(inVain)")
        #expect(inVain.errors.contains("x y"), "\(inVain)")
        for text in [torrent.output, inVain.errors] {
            let scalars = text.unicodeScalars.filter { $0 != "\n" }
            #expect(!scalars.contains { $0.properties.generalCategory == .control })
            #expect(!scalars.contains { $0.properties.isBidiControl })
        }
    }

    private struct Given: Sendable {
        let folder: TemporaryFolder
        let tree: FileTree
        /// The folder that is published.
        let data: FilePath
        let origin: Overlay

        init(names: [String] = NameTests.names, root: String = NameTests.root) throws {
            folder = try TemporaryFolder()
            tree = FileTree(names: names)
            data = try folder.make("origin").appending(root)
            try tree.write(below: data)
            origin = try Overlay(folder.path.appending("origin overlay"))
        }

        struct Published: Sendable {
            let file: TorrentFile
            let magnet: String
            let output: String
        }

        func publish(_ options: [String]) async throws -> Published {
            let path = folder.path.appending("published.torrent")
            let ended = try await origin.pierdat(
                ["publish", data.string, "-o", path.string] + options)
            try #require(ended.status.isSuccess, "\(ended)")
            let magnet = try #require(ended.output.firstMatch(of: /magnet: (.+)/)?.1)
            let v1 = try #require(ended.output.firstMatch(of: /info-hash v1: (.+)/)?.1)
            let v2 = ended.output.firstMatch(of: /info-hash v2: (.+)/)?.1
            return Published(
                file: TorrentFile(path: path, v1: String(v1), v2: v2.map(String.init)),
                magnet: String(magnet), output: ended.output)
        }

        func overlay(_ name: String) throws -> Overlay {
            let prefix = folder.path.appending("overlay \(name)")
            guard FileManager.default.fileExists(atPath: prefix.string) else {
                return try Overlay(prefix)
            }
            return Overlay(at: prefix)
        }

        func destination(_ name: String) -> FilePath {
            folder.path.appending("destination \(name)")
        }

        /// Downloads everything to a new destination.
        func get(_ uri: String, by name: String, peers: String? = nil) async throws {
            var overlay = try overlay(name)
            overlay.environment["PIERDAT_PEERS"] = peers
            let ended = try await overlay.pierdat(
                "--stall-timeout", "20", uri, destination(name).string)
            #expect(ended.status == .exited(0), "\(ended)")
            try expectAll(below: name)
        }

        func expectAll(below name: String) throws {
            let got = try FileTree(
                below: destination(name).appending(data.lastComponent?.string ?? ""))
            #expect(got == tree, "\(got)")
        }
    }
}
