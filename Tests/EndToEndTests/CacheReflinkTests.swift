import PeerFixtures
import SystemPackage
import Testing

@Suite("A cache and DEST on one file system whose files can share blocks", .timeLimit(.minutes(3)))
struct CacheReflinkTests {
    @Test(
        "hold the data once, and the get says so", arguments: [FileSystemImage.Kind.btrfs, .xfs])
    func shared(kind: FileSystemImage.Kind) async throws {
        let given = try await Given(kind)
        let ended = try await given.get(cache: "cache")

        #expect(
            ended.errors.contains("come from the cache, which shares them with DEST"), "\(ended)")
        #expect(!ended.errors.contains("copied"), "\(ended)")
        // What a later write does to the one must not be seen in the other, so it is no hard link.
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

    @Test("but a cache elsewhere is copied, and the get says that")
    func copied() async throws {
        let given = try await Given(.btrfs)
        let ended = try await given.get(cache: "../cache")

        #expect(ended.errors.contains("come from the cache, copied"), "\(ended)")
        let extents = try await given.extents(of: "a file.bin")
        #expect(!extents.contains { $0.contains("shared") })
    }

    private struct Given: Sendable {
        let arranged: Arrangement
        /// Where the file system is mounted.
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

        /// Gets the data with `cache`, and DEST as "DEST", both seen from the file system's root.
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

        /// Where the blocks of a file at DEST lie, and what they are, one run of them after the other.
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
