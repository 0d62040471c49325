import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Magnet links as people paste them", .timeLimit(.minutes(3)))
struct MagnetLinkTests {
    @Test(
        "A link works whatever is between its parameters",
        arguments: [
            "&", "private&", "dn=Tom & Jerry&", "amp;dn=a&amp;", "xl=5&kt=a+b&", "=&",
            "tr=&ws=&so&&so=0-9&",
            "x.pe=nowhere&",
        ])
    func parameters(before: String) async throws {
        let given = try await Arrangement()
        try await given.seeded { seed in
            let ended = try await given.overlay.pierdat(
                "--backend", "bittorrent", given.torrent.magnet(before + "x.pe=\(seed.address)"),
                given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try given.isComplete)
    }

    @Test("A link works with white space around it, in capitals, and encoded as a whole")
    func forms() async throws {
        let given = try await Arrangement()
        try await given.seeded { seed in
            let link = given.torrent.magnet("x.pe=\(seed.address)")
            let query = try #require(link.split(separator: "?").last)
            let escaped = try #require(
                query.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
            for (name, form) in [
                ("space", " \(link)\r\n"),
                ("capitals", "MAGNET:?" + query.replacing("xt=urn", with: "XT=URN")),
                ("escaped", "magnet:%3F" + escaped),
            ] {
                let given = try given.another(name)
                let ended = try await given.overlay.pierdat(
                    "--backend", "bittorrent", form, given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
                #expect(try given.isComplete)
            }
        }
    }

    @Test(
        "Peers are given by IPv4 or IPv6 address, percent-encoded or not",
        arguments: ["127.0.0.1:PORT", "127.0.0.1%3APORT", "%5B%3A%3A1%5D%3APORT", "[::1]:PORT"])
    func peers(place: String) async throws {
        let given = try await Arrangement()
        try await given.seeded { seed in
            let ended = try await given.overlay.pierdat(
                "--backend", "bittorrent",
                given.torrent.magnet("x.pe=" + place.replacing("PORT", with: String(seed.port))),
                given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try given.isComplete)
    }

    @Test(
        "A selection without files downloads and records nothing and lists the files",
        arguments: ["so=99", "so=", "so=-1", "so=1-0", "so=0-", "so=x", "so"])
    func nothing(so: String) async throws {
        let given = try await Arrangement()
        try await given.seeded { seed in
            let ended = try await given.overlay.pierdat(
                "--backend", "bittorrent", given.torrent.magnet("x.pe=\(seed.address)", so),
                given.destination.string)
            #expect(ended.status == .exited(65), "\(ended)")
            #expect(ended.errors.contains("in the magnet link selects no file"), "\(ended)")
            for name in ["a file.bin", "empty", "nested/deep/größe.bin", "nested/it's.txt"] {
                #expect(ended.errors.contains(": \(name)\n"), "\(ended)")
            }
            // The same with a torrent, whose files are known before any peer is asked.
            let known = try await given.overlay.pierdat(
                "seed", given.torrent.magnet("x.pe=\(seed.address)", so), given.data.folder.string)
            #expect(known.status == .exited(65), "\(known)")
        }
        #expect(
            !FileManager.default.fileExists(
                atPath: given.destination.appending(DataSet.name).string))
        #expect(try given.overlay.seedLines == [])
    }

    @Test("--select overrides the selection of a link, and this is reported")
    func selectFirst() async throws {
        let given = try await Arrangement()
        try await given.seeded { seed in
            let ended = try await given.overlay.pierdat(
                "--backend", "bittorrent", "--select", "it's.txt",
                given.torrent.magnet("x.pe=\(seed.address)", "so=0"), given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(
                ended.errors.contains("so= in the magnet link is ignored because of --select"),
                "\(ended)")
        }
        let names = try FileManager.default.subpathsOfDirectory(atPath: given.destination.string)
        #expect(
            names.contains { $0.hasSuffix("it's.txt") } && !names.contains { $0.hasSuffix(".bin") })
    }

    @Test("Ignored parts are reported once with the reason, safe for a terminal")
    func warnings() async throws {
        let given = try await Arrangement()
        let ended = try await given.overlay.pierdat(
            "--backend", "bittorrent", "--stall-timeout", "1",
            given.torrent.magnet(
                "x.pe=%1B[2Jnowhere", "tr=wss://user:secret@t/", "ws=http://w/%0D%0AX:1", "private",
                "xl=1"), given.destination.string)
        #expect(ended.status == .exited(124), "\(ended)")
        for words in [
            "x.pe=?[2Jnowhere is ignored: write host:port", "tr=wss://***@t/ is ignored",
            "is ignored: it contains a control character",
            "'private' in the magnet link has no value",
            "unknown parameters of the magnet link are ignored: 'xl'",
        ] {
            #expect(ended.errors.components(separatedBy: words).count == 2, "\(words) in \(ended)")
        }
        #expect(!ended.errors.contains("\u{1B}") && !ended.errors.contains("secret"), "\(ended)")
        #expect(
            ended.errors.split(separator: "\n").count { $0.hasPrefix("pierdat: warning: ") } == 5)
    }

    @Test("With xs and ws a link needs no peer")
    func exactSource() async throws {
        let given = try await Arrangement()
        let folder = try given.folder.make("web")
        _ = try given.data.copy(to: folder)
        try FileManager.default.copyItem(
            atPath: given.torrent.path.string, toPath: folder.appending("it.torrent").string)
        try await WebServer.serving(folder, state: given.folder.make("nginx")) { server in
            let ended = try await given.overlay.pierdat(
                "--backend", "bittorrent",
                given.torrent.magnet(
                    "xs=\(server.url)gone.torrent", "xs=\(server.url)it.torrent", "ws=\(server.url)"
                ),
                given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(
                ended.errors.contains(
                    "xs=\(server.url)gone.torrent in the magnet link cannot be used: "), "\(ended)")
        }
        #expect(try given.isComplete)
    }

    @Test("A link printed by publish is read correctly by another client")
    func published() async throws {
        let given = try await Arrangement()
        let root = given.folder.path.appending("Tom & Jerry+%?#='\u{E4}")
        try FileManager.default.moveItem(atPath: given.data.root.string, toPath: root.string)
        let tracker = "http://tracker.example/announce?key=a%20b&other=1"
        let ended = try await given.overlay.pierdat(
            "publish", root.string, "--tracker", tracker, "--web-seed", "https://w.example/a%2Fb/")
        #expect(ended.status == .exited(0), "\(ended)")
        let line = ended.output.split(separator: "\n").first { $0.hasPrefix("magnet: ") }
        let link = try #require(line).dropFirst("magnet: ".count)
        let script = """
            import sys, libtorrent
            read = libtorrent.parse_magnet_uri(sys.argv[1])
            print(read.name, *read.trackers, *read.url_seeds, sep="\\n")
            """
        let read = try await Command(
            installed: "python3", package: "python3-libtorrent", ["-c", script, String(link)]
        ).run()
        #expect(
            read.output == "Tom & Jerry+%?#='\u{E4}\n\(tracker)\nhttps://w.example/a%2Fb/\n",
            "\(read)")
    }
}

extension Arrangement {
    /// Seeds the data while `body` runs.
    fileprivate func seeded<Value: Sendable>(
        _ body: @Sendable (Overlay.Seed) async throws -> Value
    ) async throws -> Value {
        try await Overlay(folder.path.appending("origin overlay"))
            .seeding(torrent, in: data.folder, body)
    }
}
