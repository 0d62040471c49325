import Foundation
import Glibc
import PeerFixtures
import SystemPackage
import Testing

@Suite("Links and executable files (BEP 47)", .timeLimit(.minutes(3)))
struct AttributeTests {
    @Test(
        "Links and executable files arrive from libtorrent and at libtorrent unchanged",
        arguments: [TorrentFile.Version.v1, .v2, .hybrid])
    func libtorrent(version: TorrentFile.Version) async throws {
        let given = try await Given(version)
        let job = LibtorrentPeer.Job(given.torrent.path.string, in: given.origin)
        try await LibtorrentPeer.running([job], on: .loopback) { seed in
            try await given.get(from: seed.address)
        }
        try given.expectSame(below: given.destination)

        try await given.overlay.serving(given.torrent) { seed in
            try await given.expectLibtorrentGetsAll(from: seed.address)
        }
    }

    @Test("libtorrent and Pierdat download links and executable files that we publish")
    func published() async throws {
        var given = try await Given(.v1)
        let file = given.folder.path.appending("published.torrent")
        let origin = try Overlay(given.folder.path.appending("origin overlay"))
        let ended = try await origin.pierdat(
            "publish", given.origin.appending(Given.name).string, "-o", file.string)
        #expect(ended.status == .exited(0), "\(ended)")
        let description = try await TorrentDescription.read(file)
        given.torrent = TorrentFile(path: file, v1: description.v1, v2: description.v2)

        let arranged = given
        try await origin.serving(arranged.torrent) { seed in
            try await arranged.get(from: seed.address)
            try await arranged.expectLibtorrentGetsAll(from: seed.address)
        }
        try given.expectSame(below: given.destination)
    }

    @Test("aria2c, which does not support these attributes, downloads the data from us anyway")
    func aria2() async throws {
        let given = try await Given(.v1)
        let end = try given.folder.make("end")
        try await Tracker.tracking([given.torrent], in: given.folder.path) { tracker in
            try await given.overlay.seeding(given.torrent, in: given.origin, tracker: tracker) {
                _ in
                try await Aria2.download(
                    given.torrent.magnet(), into: end, tracker: tracker)
            }
        }
        for name in Given.files.map(\.name) {
            let got = try Data(contentsOf: URL(filePath: "\(end)/\(Given.name)/\(name)"))
            #expect(got == Data("\(name)\n".utf8))
        }
    }

    private struct Given: Sendable {
        let folder: TemporaryFolder
        let origin: FilePath
        var torrent: TorrentFile
        let overlay: Overlay
        let destination: FilePath
        static let name = "tools"
        static let files: [(name: String, mode: mode_t)] = [
            ("plain", 0o644), ("program", 0o755), ("nested/tool", 0o755),
        ]

        init(_ version: TorrentFile.Version) async throws {
            folder = try TemporaryFolder()
            origin = try folder.make("origin")
            let root = origin.appending(Self.name)
            try FileManager.default.createDirectory(
                atPath: root.appending("nested").string, withIntermediateDirectories: true)
            for (name, mode) in Self.files {
                let path = root.pushing(FilePath(name)).string
                try Data("\(name)\n".utf8).write(to: URL(filePath: path))
                guard chmod(path, mode) == 0 else { throw Errno(rawValue: errno) }
            }
            for (name, target) in [
                ("link", "plain"), ("nested/up", "../program"), ("down", "nested/tool"),
            ] {
                let path = root.pushing(FilePath(name)).string
                guard symlink(target, path) == 0 else { throw Errno(rawValue: errno) }
            }
            torrent = try await TorrentFile.make(
                version, of: root, at: folder.path.appending("origin.torrent"), pieceSize: 16_384)
            overlay = try Overlay(folder.path.appending("overlay"))
            destination = folder.path.appending("destination")
        }

        func get(from address: String) async throws {
            var overlay = overlay
            overlay.environment["PIERDAT_PEERS"] = address
            let ended = try await overlay.pierdat(
                "--stall-timeout", "30", torrent.path.string, destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }

        func expectLibtorrentGetsAll(from address: String) async throws {
            let end = try folder.make("end")
            let job = LibtorrentPeer.Job(torrent.path.string, in: end, peers: [address])
            try await LibtorrentPeer.running([job], on: .loopback) { peer in
                try await peer.finished()
                // Ending it earlier would lose data that it has not written yet.
                try await Patience.until { hasAllBytes(below: end) ? () : nil }
            }
            try expectSame(below: end)
        }

        private func hasAllBytes(below other: FilePath) -> Bool {
            Self.files.allSatisfy { name, _ in
                let file = other.appending(Self.name).pushing(FilePath(name))
                return (try? Data(contentsOf: URL(filePath: file.string))) == Data("\(name)\n".utf8)
            }
        }

        /// Compares types, x bits, contents and targets of links.
        func expectSame(below other: FilePath) throws {
            let (one, two) = try (
                FolderContents(of: origin.appending(Self.name)).entries,
                FolderContents(of: other.appending(Self.name)).entries
            )
            #expect(Set(one.keys) == Set(two.keys))
            for (name, entry) in one {
                #expect(two[name]?.contents == entry.contents, "\(name)")
                #expect(two[name].map { $0.mode & S_IFMT } == entry.mode & S_IFMT, "\(name)")
                #expect(two[name].map { $0.mode & 0o100 } == entry.mode & 0o100, "\(name)")
            }
        }
    }
}
