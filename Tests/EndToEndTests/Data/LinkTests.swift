import Foundation
import Glibc
import PeerFixtures
import SystemPackage
import Testing

@Suite("Symbolic links in a torrent (BEP 47)", .timeLimit(.minutes(3)))
struct LinkTests {
    @Test("A link to a file outside the torrent is created as it is, and dangles")
    func dangling() async throws {
        let given = try Given()
        try CraftedTorrent.write(
            "root",
            [
                .init(["absent"], linkTo: ["no", "such", "file"]),
                .init(["deep", "link"], linkTo: ["no-such"]),
                .init(["deep", "up"], linkTo: ["..", "file"]),
                .init(["file"]),
            ], to: given.torrent)
        try FileTree(["root/file": .file(Data("hello".utf8))]).write(below: given.origin)
        let job = LibtorrentPeer.Job(given.torrent.string, in: given.origin)
        try await LibtorrentPeer.running([job], on: .loopback) { peer in
            try await given.get(given.torrent.string, peers: peer.address)
        }
        let expected = FileTree([
            "file": .file(Data("hello".utf8)), "absent": .link(to: "no/such/file"),
            "deep/link": .link(to: "../no-such"), "deep/up": .link(to: "../file"),
        ])
        #expect(try FileTree(below: given.root) == expected)
    }

    @Test(
        "Published links have the same targets after the download",
        arguments: [["--v1"], []])
    func published(options: [String]) async throws {
        let given = try Given()
        let place = given.origin.appending("root")
        let tree = FileTree([
            "a/b/file": .file(Data("1".utf8)), "a/file": .file(Data("22".utf8)),
            "file": .file(Data("333".utf8)),
            "a/b/up": .link(to: "../file"), "a/b/top": .link(to: "../../file"),
            "folder": .link(to: "a/b"),
            "through": .link(to: "folder/file"), "a/b/beside": .link(to: "./file"),
            "absolute": .link(to: place.appending("a/file")),
            FilePath(String(repeating: "l", count: 250)): .link(
                to: FilePath("a/b/" + String(repeating: "../b/", count: 50) + "file")),
        ])
        try tree.write(below: place)
        let ended = try await given.overlay.pierdat(
            ["publish", place.string, "-o", given.torrent.string] + options)
        #expect(ended.status == .exited(0), "\(ended)")
        let description = try await TorrentDescription.read(given.torrent)
        let torrent = TorrentFile(path: given.torrent, v1: description.v1, v2: description.v2)
        try await given.overlay.serving(torrent) { seed in
            try await given.get(torrent.magnet("x.pe=\(seed.address)"))
        }
        let got = try FileTree(below: given.root)
        #expect(Set(got.entries.keys) == Set(tree.entries.keys))
        for (path, entry) in tree.entries {
            guard case .link = entry else {
                #expect(got.entries[path] == entry)
                continue
            }
            #expect(
                try given.real(given.root.pushing(path), below: given.root)
                    == given.real(place.pushing(path), below: place), "\(path)")
        }
        // The data is recognized where it was published.
        let seeded = try await given.next.pierdat("seed", given.torrent.string, place.string)
        #expect(seeded.status == .exited(0), "\(seeded)")
    }

    @Test(
        "A link with another target is replaced, but a file in its place is not",
        arguments: [true, false])
    func present(isLink: Bool) async throws {
        let given = try Given()
        try FileTree(["root/file": .file(Data("hello".utf8)), "root/link": .link(to: "file")])
            .write(below: given.origin)
        let torrent = try await TorrentFile.make(
            .v1, of: given.origin.appending("root"), at: given.torrent, pieceSize: 16_384)
        let outside = given.folder.path.appending("outside")
        try Data("mine".utf8).write(toFile: outside)
        try FileTree(["link": isLink ? .link(to: outside) : .file(Data("mine".utf8))]).write(
            below: given.root)
        try await given.overlay.seeding(torrent, in: given.origin) { seed in
            let ended = try await given.next.pierdat(
                "--stall-timeout", "10", torrent.magnet("x.pe=\(seed.address)"),
                given.destination.string)
            #expect(ended.status == .exited(isLink ? 0 : 73), "\(ended)")
        }
        #expect(
            try FileTree(below: given.root).entries["link"]
                == (isLink ? .link(to: "file") : .file(Data("mine".utf8))))
        #expect(try Data(contentsOfFile: outside) == Data("mine".utf8))
    }

    @Test(
        "A link that dangles, leaves the folder or is the folder itself cannot be published",
        arguments: ["absent", "../../outside", "/etc/passwd", "..", "self"])
    func refused(target: String) async throws {
        let given = try Given()
        try FileTree([
            "root/file": .file(Data("hello".utf8)), "root/a/self": .link(to: FilePath(target)),
        ])
        .write(below: given.origin)
        try Data("mine".utf8).write(toFile: given.folder.path.appending("outside"))
        let ended = try await given.overlay.pierdat(
            "publish", given.origin.appending("root").string)
        #expect(ended.status == .exited(65), "\(ended)")
        #expect(ended.errors.contains("root/a/self"), "\(ended)")
        #expect(try given.overlay.seedLines == [])
    }

    private struct Given: Sendable {
        let folder: TemporaryFolder
        let overlay: Overlay
        let next: Overlay
        let torrent: FilePath
        let origin: FilePath
        let destination: FilePath
        var root: FilePath { destination.appending("root") }

        init() throws {
            folder = try TemporaryFolder()
            overlay = try Overlay(folder.path.appending("overlay"))
            next = try Overlay(folder.path.appending("next overlay"))
            torrent = folder.path.appending("a.torrent")
            origin = try folder.make("origin")
            destination = try folder.make("destination")
        }

        func get(_ uri: String, peers: String? = nil) async throws {
            var next = next
            next.environment["PIERDAT_PEERS"] = peers
            let ended = try await next.pierdat("--stall-timeout", "10", uri, destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }

        /// The final target of a link, relative to `folder`.
        func real(_ link: FilePath, below folder: FilePath) throws -> String {
            func real(_ path: FilePath) throws -> String {
                guard let resolved = realpath(path.string, nil) else {
                    throw Errno(rawValue: errno)
                }
                defer { free(resolved) }
                return String(cString: resolved)
            }
            return String(try real(link).dropFirst(try real(folder).count))
        }
    }
}
