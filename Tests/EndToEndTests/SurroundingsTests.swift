import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Restricted disks, users and mounts", .timeLimit(.minutes(3)))
struct SurroundingsTests {
    @Test(
        "Data that does not fit is not downloaded, the exit code is 80, and nothing is recorded"
    )
    func tooSmallDisk() async throws {
        let given = try await Arrangement()
        let destination = try given.folder.make("small")
        try await Aria2.seeding(given.torrent, given.data) { seed in
            let ended = try await given.overlay
                .command(
                    "pierdat", given.torrent.magnet("x.pe=\(seed.address)"), destination.string
                )
                .withTemporaryFileSystem(at: destination, size: "512k")
                .run()
            #expect(ended.status == .exited(80), "\(ended)")
            #expect(ended.errors.contains("\(destination)"), "\(ended)")
            #expect(!ended.errors.contains("received"), "\(ended)")
        }
        #expect(try given.overlay.seedLines == [])
    }

    @Test(
        "A complete sparse file needs no space, but holes instead of data do",
        arguments: [true, false])
    func sparse(isComplete: Bool) async throws {
        let folder = try TemporaryFolder()
        let data = try folder.make("data")
        let size = 200 << 20
        let torrent = try await SparseTorrent.make(
            [.init("huge", size: size, dataAt: [0, size / 2])], in: data,
            at: folder.path.appending("sparse.torrent"))
        let overlay = try Overlay(folder.path.appending("overlay"))
        let destination = try folder.make("small")
        let file = destination.appending(SparseTorrent.name).appending("huge")
        let before =
            isComplete
            ? Command(
                "/bin/cp", ["-r", data.appending(SparseTorrent.name).string, destination.string])
            : Command("/usr/bin/install", ["-D", "/dev/null", file.string]).followed(
                by: Command("/usr/bin/truncate", ["--size=\(size)", file.string]))
        let get = overlay.command("pierdat", torrent.path.string, destination.string)
        let ended = try await before.followed(by: get)
            .withTemporaryFileSystem(at: destination, size: "4m").run()
        #expect(ended.status == .exited(isComplete ? 0 : 80), "\(ended)")
        if !isComplete { #expect(ended.errors.contains("32.0 MiB are needed"), "\(ended)") }
    }

    @Test("A disk that fills up ends the download with exit code 80, and nothing is recorded")
    func diskFillsUp() async throws {
        let given = try await Arrangement()
        let destination = try given.folder.make("small")
        try await Aria2.seeding(given.torrent, given.data) { seed in
            // The file system has enough space when the download starts. Another file takes it
            // meanwhile.
            var overlay = given.overlay
            overlay.environment["PIERDAT_DOWNLOAD_LIMIT"] = "100k"
            let command =
                overlay
                .command(
                    "pierdat", given.torrent.magnet("x.pe=\(seed.address)"), destination.string
                )
                .withTemporaryFileSystem(at: destination, size: "1100k", filledAfter: "1s")
            let ended = try await command.run()
            #expect(ended.status == .exited(80), "\(ended)")
        }
        #expect(try given.overlay.seedLines == [])
    }

    @Test("The destination may be on another file system")
    func otherFileSystem() async throws {
        let given = try await Arrangement()
        let mounted = try given.folder.make("mounted")
        let destination = mounted.appending("destination")
        try await Aria2.seeding(given.torrent, given.data) { seed in
            let ended = try await given.overlay
                .command(
                    "pierdat", given.torrent.magnet("x.pe=\(seed.address)"), destination.string
                )
                .copying(destination, to: given.destination)
                .withTemporaryFileSystem(at: mounted, size: "10m").run()
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try given.isComplete)
    }

    @Test("A failed write is reported with exit code 74, and nothing is recorded")
    func failedWrite() async throws {
        let given = try await Arrangement()
        try await Aria2.seeding(given.torrent, given.data) { seed in
            let ended = try await given.overlay
                .command(
                    "pierdat", "--backend", "bittorrent",
                    given.torrent.magnet("x.pe=\(seed.address)"), given.destination.string
                )
                .withFilesNoLarger(than: 200).run()
            #expect(ended.status == .exited(74), "\(ended)")
            #expect(ended.errors.contains(": File too large"), "\(ended)")
        }
        #expect(try given.overlay.seedLines == [])
    }

    @Test("An unprivileged user publishes and runs pierdatd")
    func unprivilegedOrigin() async throws {
        let given = try await Arrangement(.hybrid)
        try await given.folder.give(to: "nobody")
        let origin = try Overlay(given.folder.path.appending("origin overlay"))
        try await given.folder.give(to: "nobody")
        let torrent = given.folder.path.appending("published.torrent")
        let ended =
            try await origin
            .command("pierdat", "publish", given.data.root.string, "-o", torrent.string)
            .as("nobody").run()
        #expect(ended.status == .exited(0), "\(ended)")
        try await RunningProcess.with(origin.command("pierdatd").as("nobody")) { daemon in
            let line = try await daemon.line(containing: "listening on port ")
            let port = try #require(line.split { !$0.isNumber }.last)
            let ended = try await given.overlay.command(
                "pierdat", torrent.string, given.destination.string
            )
            .with("PIERDAT_PEERS", "127.0.0.1:\(port)").as("nobody").run()
            #expect(ended.status == .exited(0), "\(ended)")
            let health = try await origin.command("pierdat", "health").as("nobody").run()
            #expect(health.status == .exited(0), "\(health)")
        }
        #expect(try given.isComplete)
    }

    @Test("An unprivileged user downloads and seeds")
    func unprivileged() async throws {
        let given = try await Arrangement()
        try await given.folder.give(to: "nobody")
        try await Aria2.seeding(given.torrent, given.data) { seed in
            let ended = try await given.overlay
                .command(
                    "pierdat", given.torrent.magnet("x.pe=\(seed.address)"),
                    given.destination.string
                )
                .as("nobody").run()
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try given.isComplete)

        let next = try Overlay(given.folder.path.appending("next overlay"))
        let end = given.folder.path.appending("end")
        let serve = given.overlay
            .command("pierdat-serve-bittorrent", given.overlay.seedList.string).as("nobody")
        try await Overlay.seeding(with: serve, given.torrent) { seed in
            let ended = try await next.pierdat(
                given.torrent.magnet("x.pe=\(seed.address)"), end.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try given.data.isEqual(below: end))
    }

    @Test("An image's data is seeded on a completely read-only system")
    func readOnly() async throws {
        let given = try await Arrangement()
        let seeded = try await given.overlay.pierdat(
            "seed", given.torrent.path.string, given.data.folder.string)
        #expect(seeded.status == .exited(0), "\(seeded)")

        let next = try Overlay(given.folder.path.appending("next overlay"))
        let serve = given.overlay
            .command("pierdat-serve-bittorrent", given.overlay.seedList.string)
            .withReadOnlyFileSystems()
        try await Overlay.seeding(with: serve, given.torrent) { seed in
            let ended = try await next.pierdat(
                given.torrent.magnet("x.pe=\(seed.address)"), given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try given.isComplete)
    }

    @Test("A download on a read-only file system fails at once and names the path")
    func readOnlyGet() async throws {
        let given = try await Arrangement()
        let ended = try await given.overlay
            .command("pierdat", given.torrent.path.string, given.destination.string)
            .withReadOnlyFileSystems().run()
        #expect(ended.status == .exited(73), "\(ended)")
        #expect(ended.errors.contains("\(given.overlay.seedList)"), "\(ended)")
    }

    @Test("A destination that the user may not write is reported")
    func unwritableDestination() async throws {
        let given = try await Arrangement()
        try await given.folder.give(to: "nobody")
        let folder = try given.folder.make("another's")
        for destination in [folder, folder.appending("below")] {
            let ended = try await given.overlay.command(
                "pierdat", "--backend", "bittorrent", given.torrent.path.string, destination.string
            ).as("nobody").run()
            #expect(ended.status == .exited(73), "\(ended)")
            #expect(ended.errors.contains("\(destination)"), "\(ended)")
            #expect(ended.errors.contains("Permission denied"), "\(ended)")
        }
        #expect(try given.overlay.seedLines == [])
    }

    @Test(
        "An impossible destination is reported",
        arguments: ["file", "file/below", "/proc/nothing"])
    func impossibleDestination(name: String) async throws {
        let given = try await Arrangement()
        let destination = given.folder.path.pushing(FilePath(name))
        try Data().write(to: URL(filePath: given.folder.path.appending("file").string))
        let ended = try await given.overlay.pierdat(
            "--backend", "bittorrent", given.torrent.path.string, destination.string)
        #expect(ended.status == .exited(73), "\(ended)")
        #expect(ended.errors.contains("\(destination)"), "\(ended)")
        #expect(try given.overlay.seedLines == [])
    }
}
