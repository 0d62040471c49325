import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Unusual torrent files", .timeLimit(.minutes(3)))
struct TorrentFileTests {
    @Test("A torrent compressed with gzip works by its path and with any name")
    func packedFile() async throws {
        let given = try await Arrangement(.hybrid)
        try await Overlay(given.folder.path.appending("origin overlay"))
            .seeding(given.torrent, in: given.data.folder) { seed in
                for name in ["a.torrent", "b.torrent.gz", "no suffix"] {
                    let file = given.folder.path.appending(name)
                    try await given.pack(to: file)
                    let given = try given.another(name.replacing(" ", with: "-"))
                    var overlay = given.overlay
                    overlay.environment["PIERDAT_PEERS"] = seed.address
                    let ended = try await overlay.pierdat(
                        "--backend", "bittorrent", file.string, given.destination.string)
                    #expect(ended.status == .exited(0), "\(ended)")
                    #expect(try given.isComplete)
                    let lines = try given.overlay.seedLines
                    #expect(lines.count == 1 && lines[0].contains(given.torrent.key), "\(lines)")
                }
            }
    }

    @Test("A torrent compressed with gzip works by its URL, with or without a header for it")
    func packedURL() async throws {
        let given = try await Arrangement()
        let folder = try given.folder.make("web")
        try await given.pack(to: folder.appending("it.torrent"))
        for encoding in [nil, "gzip", "x-gzip"] {
            let given = try given.another(encoding ?? "none")
            try await WebServer.serving(
                folder, state: given.folder.make("nginx \(encoding ?? "none")"), encoding: encoding
            ) { server in
                let ended = try await given.overlay.pierdat(
                    "--backend", "bittorrent", "--stall-timeout", "2", server.url + "it.torrent",
                    given.destination.string)
                // There is no seeder.
                #expect(ended.status == .exited(124), "\(ended)")
                #expect(!ended.errors.contains("malformed"), "\(ended)")
                #expect(ended.errors.contains("no peer was found"), "\(ended)")
            }
        }
    }

    @Test("A content encoding that was not requested is reported")
    func unknownEncoding() async throws {
        let given = try await Arrangement()
        try await WebServer.serving(
            given.folder.path, state: given.folder.make("nginx"), encoding: "br"
        ) { server in
            let ended = try await given.overlay.pierdat(
                "--backend", "bittorrent", server.url + "origin.torrent", given.destination.string)
            #expect(ended.status == .exited(69), "\(ended)")
            #expect(
                ended.errors.contains("content encoding br, which was not requested"), "\(ended)")
        }
    }

    @Test(
        "With --backend bittorrent a URL may have any name, and the response must be a torrent"
    )
    func anyURL() async throws {
        let given = try await Arrangement()
        let folder = try given.folder.make("web")
        try FileManager.default.copyItem(
            atPath: given.torrent.path.string, toPath: folder.appending("download").string)
        try Data("<html><title>Please log in</title>".utf8)
            .write(to: URL(filePath: folder.appending("login").string))
        try await WebServer.serving(folder, state: given.folder.make("nginx")) { server in
            let url = server.url + "download?id=7"
            // By default, the torrent itself is the data.
            let plain = given.folder.path.appending("plain")
            let itself = try await Overlay(given.folder.path.appending("other overlay"))
                .pierdat(url, plain.string)
            #expect(itself.status == .exited(0), "\(itself)")
            #expect(FileManager.default.fileExists(atPath: plain.appending("download").string))

            try await Overlay(given.folder.path.appending("origin overlay"))
                .seeding(given.torrent, in: given.data.folder) { seed in
                    var overlay = given.overlay
                    overlay.environment["PIERDAT_PEERS"] = seed.address
                    let ended = try await overlay.pierdat(
                        "--backend", "bittorrent", url, given.destination.string)
                    #expect(ended.status == .exited(0), "\(ended)")
                }
            let page = try await given.overlay.pierdat(
                "--backend", "bittorrent", server.url + "login", given.destination.string)
            #expect(page.status == .exited(65), "\(page)")
            #expect(
                page.errors.contains(
                    "login: the torrent is malformed: it is a web page (HTML) with the title 'Please log in'"
                ),
                "\(page)")
            #expect(page.errors.split(separator: "\n").count == 1, "\(page)")
        }
        #expect(try given.isComplete)
        #expect(try given.overlay.seedLines == [given.seedLine])
    }
}

extension Arrangement {
    /// Writes the torrent to `file`, compressed with gzip(1).
    fileprivate func pack(to file: FilePath) async throws {
        let ended = try await Command(
            "/bin/sh", ["-ec", #"gzip -c "$1" >"$2""#, "sh", torrent.path.string, file.string],
            environment: [:]
        ).run()
        guard ended.status.isSuccess else { throw FixtureError("gzip: \(ended)") }
    }
}
