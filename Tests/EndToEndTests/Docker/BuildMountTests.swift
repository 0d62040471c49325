import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Mounts in a BuildKit build", .serialized, .timeLimit(.minutes(5)))
struct BuildMountTests {
    /// The last line of output for a mount at `point`.
    private static func refusal(_ what: String, at point: String) -> String {
        "pierdat: \(what) is on the mount at \(point) ("
    }

    @Test(
        "A RUN whose data, seed list or state would not be in the image fails at once with 73",
        arguments: [[:], ["BUILDKIT_SANDBOX_HOSTNAME": "builder"]])
    func refused(arguments: [String: String]) async throws {
        let engine = try await DockerEngine()
        let folder = try TemporaryFolder()
        let magnet = "magnet:?xt=urn:btih:\(String(repeating: "0", count: 40))"
        let cases: [(mount: String, destination: String, refusal: String)] = [
            ("tmpfs,target=/srv/t", "/srv/t", Self.refusal("DEST /srv/t", at: "/srv/t")),
            ("cache,target=/srv/c", "/srv/c/deep", Self.refusal("DEST /srv/c/deep", at: "/srv/c")),
            ("bind,rw,target=/srv/b", "/srv/b", Self.refusal("DEST /srv/b", at: "/srv/b")),
            ("tmpfs,target=/srv/l", "/link", Self.refusal("DEST /link", at: "/srv/l")),
            (
                "cache,target=/var/lib", "/srv",
                "the state folder /var/lib/pierdat is on the mount"
            ),
            (
                "bind,rw,source=root/etc,target=/etc", "/srv",
                "the seed list /etc/pier.dat is on the mount"
            ),
        ]
        let runs = cases.map { each in
            "RUN --network=host --mount=type=\(each.mount) "
                + "pierdat '\(magnet)' \(each.destination); echo \"ended with $?\""
        }
        let file = folder.path.appending("Dockerfile")
        try Self.write(["RUN ln -s /srv/l /link"] + runs, to: file)
        let image = try await DockerImage.build(
            by: engine, file: file, on: .busybox, arguments, options: ["--no-cache"])
        try await image.use { image in
            for each in cases { #expect(image.log.contains(each.refusal), "\(image.log)") }
            let ends = image.log.components(separatedBy: "ended with 73\n").count - 1
            #expect(ends == cases.count, "\(image.log)")
        }
    }

    @Test("Data that would arrive on a mount below DEST fails with 73 unless allowed")
    func below() async throws {
        let engine = try await DockerEngine()
        let given = try await Arrangement()
        let mount = "--mount=type=tmpfs,target=\"/srv/\(DataSet.name)/nested\""
        let cache = "--mount=type=cache,target=/srv/cache"
        let get = "pierdat --stall-timeout 60"
        let image = try await given.overlay.seeding(given.torrent, in: given.data.folder) { seed in
            let magnet = given.torrent.magnet("x.pe=\(seed.address)")
            let file = given.folder.path.appending("Dockerfile")
            try Self.write(
                [
                    "RUN --network=host \(mount) \(get) '\(magnet)' /srv; "
                        + "echo \"ended with $?, $(grep -c bittorrent /etc/pier.dat) recorded\"",
                    "RUN --network=host \(mount) \(get) --allow-mount '\(magnet)' /srv && echo allowed",
                    "RUN --network=host \(cache) \(get) '\(magnet)' /srv && echo beside",
                ], to: file)
            return try await DockerImage.build(
                by: engine, file: file, on: .busybox, options: ["--no-cache"])
        }
        try await image.use { image in
            #expect(
                image.log.contains(
                    Self.refusal(
                        "a part of the data in /srv", at: "/srv/\(DataSet.name)/nested")),
                "\(image.log)")
            #expect(image.log.contains("ended with 73, 0 recorded\n"), "\(image.log)")
            #expect(image.log.contains("allowed\n") && image.log.contains("beside\n"))
        }
    }

    @Test("Data on a mount can neither be published nor recorded unless allowed")
    func publishAndSeed() async throws {
        let engine = try await DockerEngine()
        let folder = try TemporaryFolder()
        let file = folder.path.appending("Dockerfile")
        let mount = "RUN --mount=type=tmpfs,target=/srv/maps echo tiles >/srv/maps/tiles;"
        try Self.write(
            [
                "\(mount) pierdat publish /srv/maps; echo \"maps: $?\"",
                "\(mount) pierdat publish /srv; echo \"above: $?\"",
                "\(mount) pierdat publish --allow-mount -o /t.torrent /srv/maps && echo \"told: $?\"",
                "\(mount) pierdat seed /t.torrent /srv/maps; echo \"seed: $?\"",
                "\(mount) pierdat seed /t.torrent /srv; echo \"seed above: $?\"",
                "\(mount) pierdat seed --allow-mount /t.torrent /srv && echo \"seed told: $?\"",
            ], to: file)
        let image = try await DockerImage.build(
            by: engine, file: file, on: .busybox, options: ["--no-cache"])
        try await image.use { image in
            for line in [
                "maps: 73", "above: 73", "told: 0", "seed: 73", "seed above: 73", "seed told: 0",
            ] {
                #expect(image.log.contains(" \(line)\n"), "\(line) in \(image.log)")
            }
        }
    }

    @Test("A cache that is not a mount causes a warning, and a cache mount does not")
    func cache() async throws {
        let engine = try await DockerEngine()
        let given = try await Arrangement()
        let image = try await given.overlay.seeding(given.torrent, in: given.data.folder) { seed in
            let magnet = given.torrent.magnet("x.pe=\(seed.address)")
            let get = "pierdat --stall-timeout 60 '\(magnet)'"
            let mount = "--mount=type=cache,id=\(UUID()),target=/cache"
            let file = given.folder.path.appending("Dockerfile")
            try Self.write(
                [
                    "ENV PIERDAT_CACHE=/cache",
                    "RUN --network=host \(mount) \(get) /srv/a 2>&1 | grep 'is not a mount' || echo quiet",
                    "RUN --network=host \(get) /srv/b 2>&1 | grep 'is not a mount'",
                ], to: file)
            return try await DockerImage.build(
                by: engine, file: file, on: .busybox, options: ["--no-cache"])
        }
        try await image.use { image in
            #expect(image.log.contains(" quiet\n"), "\(image.log)")
            #expect(
                image.log.contains(
                    "warning: PIERDAT_CACHE is not a mount, so the image contains all data twice: "
                        + "add --mount=type=cache,target=/cache to the RUN\n"), "\(image.log)")
        }
    }

    @Test(
        "A running container downloads to a volume, a bind mount and a tmpfs",
        arguments: ["--volume=/srv/data", "--tmpfs=/srv/data", "bind"])
    func running(option: String) async throws {
        let engine = try await DockerEngine()
        let given = try await Arrangement()
        let file = given.folder.path.appending("Dockerfile")
        try Self.write([], to: file)
        let host = try given.folder.make("host")
        let option = option == "bind" ? "--volume=\(host):/srv/data" : option
        let image = try await DockerImage.build(by: engine, file: file, on: .busybox)
        try await image.use { image in
            try await given.overlay.seeding(given.torrent, in: given.data.folder) { seed in
                let magnet = given.torrent.magnet("x.pe=\(seed.address)")
                let ended = try await image.run(
                    [
                        "sh", "-c", "pierdat \"$1\" /srv/data && ls \"/srv/data/\(DataSet.name)\"",
                        "sh", magnet,
                    ], options: [option])
                #expect(ended.status == .exited(0), "\(ended)")
                #expect(ended.output.contains("a file.bin"))
            }
        }
    }

    /// Writes a Dockerfile with `lines` on an image with the overlay.
    private static func write(_ lines: [String], to file: FilePath) throws {
        let text = ["ARG BASE", "FROM $BASE", "COPY root /"] + lines
        try Data((text.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: file.string))
    }
}
