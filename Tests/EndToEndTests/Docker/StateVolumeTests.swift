import Foundation
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("State folder on a volume", .serialized, .timeLimit(.minutes(10)))
struct StateVolumeTests {
    /// All that an orchestrator's strictest policy takes away.
    static let restricted = [
        "--read-only", "--user=12345:12345", "--cap-drop=ALL", "--security-opt=no-new-privileges",
        "--env=PIERDAT_STATE=/volume/state",
    ]

    @Test("An init container downloads and another one seeds, restricted as far as possible")
    func initContainer() async throws {
        let given = try await Arrangement()
        try await Self.withVolume(in: given.folder) { image, volume in
            try await given.download(to: volume, by: image)
            // The next container finds the sockets of a pierdatd that was killed.
            try await DockerContainer.running(
                image, options: Self.restricted + volume, command: ["sleep", "1000"]
            ) { try await $0.send("KILL") }
            try await DockerContainer.running(
                image, options: Self.restricted + volume, command: ["sleep", "1000"]
            ) { container in
                try await given.fetch(from: container.seederAddress())
                let health = try await container.execute(["pierdat", "health"])
                #expect(health.status == .exited(0), "\(health)")
            }
        }
        #expect(try given.isComplete)
    }

    @Test("A container seeds what another one downloads to the shared volume meanwhile")
    func sidecar() async throws {
        let given = try await Arrangement()
        try await Self.withVolume(in: given.folder) { image, volume in
            try await DockerContainer.running(
                image, options: Self.restricted + volume, command: ["sleep", "1000"]
            ) { container in
                try await container.line(containing: "there is nothing to seed")
                try await given.download(to: volume, by: image)
                try await given.fetch(from: container.seederAddress())
            }
        }
        #expect(try given.isComplete)
    }

    @Test(
        "A thin image downloads to its volume before COMMAND starts, and the next container starts at once"
    )
    func thinImage() async throws {
        let given = try await Arrangement()
        try await Self.withVolume(in: given.folder) { image, volume in
            let command = [
                "sh", "-c",
                "echo started with $(find /volume/data -type f | wc -l) files; sleep 1000",
            ]
            let line = try await Aria2.seeding(given.torrent, given.data) { seed in
                let line = "\(given.torrent.magnet("x.pe=\(seed.address)")) /volume/data"
                try await DockerContainer.running(
                    image, options: Self.restricted + volume + ["--env=PIERDAT_GET=\(line)"],
                    command: command
                ) { container in
                    try await container.line(containing: "started with ")
                    _ = try await Patience.until {
                        try await container.execute(["pierdat", "health", "--ready"]).status
                            .isSuccess
                            ? true : nil
                    }
                }
                return line
            }
            // Nobody seeds it any more.
            try await DockerContainer.running(
                image, options: Self.restricted + volume + ["--env=PIERDAT_GET=\(line)"],
                command: command
            ) { container in
                try await container.line(containing: "started with ")
                try await given.fetch(from: container.seederAddress())
            }
        }
        #expect(try given.isComplete)
    }

    /// Runs `body` with an image without data, and the options that mount a new volume, which user 12345 may write.
    static func withVolume(
        in folder: TemporaryFolder,
        _ body: @Sendable (DockerImage, _ options: [String]) async throws -> Void
    ) async throws {
        let engine = try await DockerEngine()
        let file = folder.path.appending("Dockerfile")
        let text = """
            ARG BASE
            FROM $BASE
            ADD root /
            RUN mkdir /volume && chown 12345:12345 /volume
            ENTRYPOINT ["/entrypoint.sh"]

            """
        try AtomicFile.write(Array(text.utf8), to: file)
        let name = "pierdat-test-\(UUID().uuidString.lowercased())"
        let image = try await DockerImage.build(by: engine, file: file, on: .busybox)
        try await image.use { image in
            do {
                try await body(image, ["--volume=\(name):/volume"])
            } catch {
                try await engine.docker("volume", "rm", "--force", name)
                throw error
            }
            try await engine.docker("volume", "rm", "--force", name)
        }
    }
}

extension Arrangement {
    /// Downloads the data to the volume in a restricted container of `image`, which then ends.
    fileprivate func download(to volume: [String], by image: DockerImage) async throws {
        try await Aria2.seeding(torrent, data) { seed in
            let ended = try await image.run(
                ["pierdat", torrent.magnet("x.pe=\(seed.address)"), "/volume/data"],
                options: StateVolumeTests.restricted + volume + ["--entrypoint="])
            #expect(ended.status == .exited(0), "\(ended)")
        }
    }
}
