import PeerFixtures
import SystemPackage
import Testing

@Suite("Cache and DEST on a file system with shared blocks", .timeLimit(.minutes(3)))
struct CacheReflinkTests {
    @Test(
        "The data is stored once, and the download reports that",
        arguments: [FileSystemImage.Kind.btrfs, .xfs])
    func shared(kind: FileSystemImage.Kind) async throws {
        let given = try await Given(kind)
        let ended = try await given.get(cache: "cache")

        #expect(
            ended.errors.contains("copied from the cache by reflink"), "\(ended)")
        #expect(!ended.errors.contains("copied from the cache\n"), "\(ended)")
        // A later write to one file must not affect the other, so it is not a hard link.
        let script = """
            cd "$1"
            echo changed >"cache/$2/data set/a file.bin"
            cmp "DEST/data set/a file.bin" "$3"
            """
        #expect(try await given.extents(of: "a file.bin").allSatisfy { $0.contains("shared") })
        let compared = try await given.run(
            Command(
                "/bin/sh",
                [
                    "-euc", script, "sh", given.place.string, given.arranged.torrent.key,
                    given.arranged.data.largest.string,
                ]))
        #expect(compared.status == .exited(0), "\(compared)")
    }

    @Test("A cache on another file system is copied, and the download reports that")
    func copied() async throws {
        let given = try await Given(.btrfs)
        let ended = try await given.get(cache: "../cache")

        #expect(ended.errors.contains("copied from the cache\n"), "\(ended)")
        let extents = try await given.extents(of: "a file.bin")
        #expect(!extents.contains { $0.contains("shared") })
    }

    private struct Given: Sendable {
        let arranged: Arrangement
        /// The mount point of the file system.
        let place: FilePath
        private let image: FileSystemImage

        init(_ kind: FileSystemImage.Kind) async throws {
            arranged = try await Arrangement()
            place = try arranged.folder.make("mounted")
            image = try await FileSystemImage(
                kind, at: arranged.folder.path.appending("image"))
        }

        /// Runs `command` with the file system mounted.
        func run(_ command: Command) async throws -> Ended {
            try await image.mounted(at: place, for: command).run()
        }

        /// Downloads the data with `cache` to "DEST". Both are paths on the file system.
        func get(cache: String) async throws -> Ended {
            let origin = try Overlay(arranged.folder.path.appending("origin overlay"))
            let torrent = arranged.torrent
            return try await origin.seeding(torrent, in: arranged.data.folder) { seed in
                var get = arranged.overlay.command(
                    "pierdat", torrent.magnet("x.pe=\(seed.address)"),
                    place.appending("DEST").string)
                get.environment["PIERDAT_CACHE"] = place.pushing(FilePath(cache)).string
                let ended = try await run(get)
                #expect(ended.status == .exited(0), "\(ended)")
                return ended
            }
        }

        /// The extents of a file at DEST, with their positions and flags.
        func extents(of name: String) async throws -> [Substring] {
            let file = place.appending("DEST").appending(DataSet.name).appending(name)
            let ended = try await run(
                Command(installed: "filefrag", package: "e2fsprogs", ["-v", file.string]))
            let extents = ended.output.split(separator: "\n").filter { line in
                line.drop { $0 == " " }.first?.isNumber == true
            }
            try #require(!extents.isEmpty, "\(ended)")
            return extents
        }
    }
}
