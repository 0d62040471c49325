import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite(
    "Conflicting names",
    .timeLimit(.minutes(3)))
struct CollisionTests {
    struct Case: Sendable {
        let entries: [CraftedTorrent.Entry]
        let status: Int32
        let says: [String]
    }

    static let cases = [
        Case(
            entries: [.init(["a"]), .init(["a"])], status: 65,
            says: ["/root/a:", "two files of this name"]),
        Case(
            entries: [.init(["a", "b"]), .init(["a", ".", "b"])], status: 65,
            says: ["/root/a/b:", "two files"]),
        Case(
            entries: [.init(["a"]), .init(["a", "b"])], status: 65,
            says: ["/root/a:", "a file and a folder"]),
        Case(
            entries: [.init(["a", "b"]), .init(["a"])], status: 65,
            says: ["/root/a:", "a file and a folder"]),
        Case(
            entries: [.init(["link"], linkTo: ["a"]), .init(["link", "a"])], status: 65,
            says: ["/root/link:"]),
        Case(
            entries: [.init(["link"], linkTo: ["..", "..", "out"]), .init(["a"])], status: 65,
            says: ["/root/link:", "leads out"]),
        Case(
            entries: [.init(["link"], linkTo: ["link"]), .init(["a"])], status: 65,
            says: ["/root/link:", "itself"]),
        Case(
            entries: [.init([String(repeating: "x", count: 256)])], status: 73,
            says: [String(repeating: "x", count: 256), "name too long"]),
        Case(
            entries: [.init(Array(repeating: String(repeating: "y", count: 250), count: 17))],
            status: 73,
            says: ["yyy", "name too long"]),
    ]

    @Test(
        "Conflicting names in a .torrent are rejected by name, and nothing is recorded",
        arguments: cases.indices)
    func torrent(index: Int) async throws {
        let (given, expected) = (try Given(), Self.cases[index])
        try CraftedTorrent.write("root", expected.entries, to: given.torrent)
        try given.expect(expected, of: try await given.get(given.torrent.string))
    }

    // The peer itself does not support the longest path.
    @Test(
        "Conflicting names in metadata from a peer are rejected by name",
        arguments: cases.indices.dropLast())
    func magnet(index: Int) async throws {
        let (given, expected) = (try Given(), Self.cases[index])
        try CraftedTorrent.write("root", expected.entries, to: given.torrent)
        let description = try await TorrentDescription.read(given.torrent)
        let job = LibtorrentPeer.Job(given.torrent.string, in: try given.folder.make("origin"))
        try await LibtorrentPeer.running([job], on: .loopback) { peer in
            let magnet = "magnet:?xt=urn:btih:\(description.v1 ?? "")&x.pe=\(peer.address)"
            try given.expect(expected, of: try await given.get(magnet))
        }
    }

    @Test("A file without a conflict can be selected")
    func selected() async throws {
        let given = try Given()
        try CraftedTorrent.write(
            "root", [.init(["link"], linkTo: ["..", "out"]), .init(["a"])], to: given.torrent)
        let data = try given.folder.make("origin")
        let tree = FileTree(["root/a": .file(Data("hello".utf8))])
        try tree.write(below: data)
        let job = LibtorrentPeer.Job(given.torrent.string, in: data)
        try await LibtorrentPeer.running([job], on: .loopback) { peer in
            let ended = try await given.get(
                given.torrent.string, "--select", "a", peers: peer.address)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try FileTree(below: given.destination) == tree)
    }

    @Test(
        "A file system that merges or changes names is reported",
        arguments: [
            (["F", "f"], []), (["Docs/a", "docs/b"], []), (["readme"], ["README"]),
        ] as [([String], [String])])
    func caseInsensitive(names: [String], before: [String]) async throws {
        let given = try Given()
        let data = try given.folder.make("origin")
        try FileTree(names: names.map { "root/\($0)" }).write(below: data)
        let torrent = try await TorrentFile.make(
            .v1, of: data.appending("root"), at: given.torrent, pieceSize: 16_384)
        let image = try await FileSystemImage(.exfat, at: given.folder.path.appending("image"))
        let origin = try Overlay(given.folder.path.appending("origin overlay"))
        try await origin.seeding(torrent, in: data) { seed in
            let place = given.destination.appending("root")
            let script =
                (["mkdir \"$1\""] + before.map { "echo x >\"$1/\($0)\"" } + [
                    "shift", "exec \"$@\"",
                ])
                .joined(separator: "; ")
            let get = given.overlay.command(
                "pierdat", torrent.magnet("x.pe=\(seed.address)"), given.destination.string
            ).started(by: "/bin/sh", ["-euc", script, "sh", place.string])
            let ended = try await image.mounted(at: given.destination, for: get).run()
            #expect(ended.status == .exited(73), "\(ended)")
            #expect(ended.errors.contains("this file system"), "\(ended)")
        }
        #expect(try given.overlay.seedLines == [])
    }

    private struct Given: Sendable {
        let folder: TemporaryFolder
        let overlay: Overlay
        let torrent: FilePath
        let destination: FilePath

        init() throws {
            folder = try TemporaryFolder()
            overlay = try Overlay(folder.path.appending("overlay"))
            torrent = folder.path.appending("crafted.torrent")
            destination = try folder.make("destination")
        }

        func get(_ uri: String, _ options: String..., peers: String? = nil) async throws -> Ended {
            var overlay = overlay
            overlay.environment["PIERDAT_PEERS"] = peers
            return try await overlay.pierdat(
                ["--backend", "bittorrent", "--stall-timeout", "10"] + options + [
                    uri, destination.string,
                ])
        }

        func expect(_ expected: Case, of ended: Ended) throws {
            #expect(ended.status == .exited(expected.status), "\(ended)")
            for text in expected.says { #expect(ended.errors.contains(text), "\(ended)") }
            #expect(try overlay.seedLines == [])
            #expect(!FileManager.default.fileExists(atPath: folder.path.appending("out").string))
        }
    }
}
