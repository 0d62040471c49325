import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite(
    "Complete data on an overlay file system", .timeLimit(.minutes(3))
)
struct UntouchedTests {
    @Test(
        "A second download leaves nothing in the upper layer",
        arguments: [TorrentFile.Version.v1, .v2, .hybrid],
        [[], ["--chown", "4711", "--chmod", "640"], ["--select", "nested/*"]])
    func again(version: TorrentFile.Version, options: [String]) async throws {
        let given = try await Given(version)
        try await given.seeded { magnet in
            try await given.run(given.get(options + [magnet]))
            try await given.runAbove(given.get(options + [magnet]))
        }
        #expect(try FileTree(below: given.upper) == FileTree([:]))
    }

    @Test(
        "Downloading more of the data adds only that to the upper layer, also with a cache",
        arguments: [TorrentFile.Version.v1, .hybrid], [false, true])
    func more(version: TorrentFile.Version, hasCache: Bool) async throws {
        let given = try await Given(version, hasCache: hasCache)
        let selection = ["--select", "a file.bin"]
        try await given.seeded { magnet in
            try await given.run(given.get(selection + [magnet]))
            try await given.runAbove(
                given.get(selection + ["--select", "nested/it's.txt", magnet]))
        }
        let data = try FileTree(below: given.upper.appending("srv")).entries.keys
        #expect(Set(data) == ["data set/nested/it's.txt"])
    }

    @Test("An owner and mode requested later are set")
    func later() async throws {
        let given = try await Given(.v1)
        try await given.seeded { magnet in
            try await given.run(given.get([magnet]))
            try await given.runAbove(given.get(["--chown", "4711", "--chmod", "640", magnet]))
        }
        let file = given.upper.appending("srv").appending(DataSet.name).appending("a file.bin")
        let entry = try FolderContents.Entry(at: file)
        #expect(entry.user == 4711 && entry.mode & 0o7777 == 0o640)
    }

    private struct Given: Sendable {
        private let arranged: Arrangement
        private let layers: TemporaryFolder
        /// An image's file system with DEST as "srv".
        private let image: Overlay
        /// The layer above it.
        var upper: FilePath { layers.path.appending("upper") }

        init(_ version: TorrentFile.Version, hasCache: Bool = false) async throws {
            arranged = try await Arrangement(version)
            // An overlay file system cannot be on another one.
            layers = try TemporaryFolder(inMemory: true)
            var image = try Overlay(layers.path.appending("image"))
            if hasCache {
                image.environment["PIERDAT_CACHE"] = layers.path.appending("cache").string
            }
            self.image = image
            for name in ["upper", "work"] { _ = try layers.make(name) }
        }

        func seeded(_ body: @Sendable (String) async throws -> Void) async throws {
            let torrent = arranged.torrent
            try await arranged.overlay.seeding(torrent, in: arranged.data.folder) { seed in
                try await body(torrent.magnet("x.pe=\(seed.address)"))
            }
        }

        func get(_ arguments: [String]) -> Command {
            var command = image.command("pierdat")
            command.arguments =
                ["--stall-timeout", "20"] + arguments + [image.prefix.appending("srv").string]
            return command
        }

        func run(_ command: Command) async throws {
            let ended = try await command.run()
            #expect(ended.status == .exited(0), "\(ended)")
        }

        func runAbove(_ command: Command) async throws {
            try await run(
                command.withOverlay(
                    on: image.prefix, upper: upper, work: layers.path.appending("work")))
        }
    }
}
