import PeerFixtures
import SystemPackage
import Testing

@Suite("A container with pierdatd as its entrypoint", .serialized, .timeLimit(.minutes(5)))
struct ContainerTests {
    @Test(
        "seeds with whatever a container is deprived of",
        arguments: [
            ["--read-only"], ["--user=65534:65534"], ["--cap-drop=ALL"],
            ["--read-only", "--user=65534:65534", "--cap-drop=ALL", "--memory=64m"],
        ])
    func deprived(options: [String]) async throws {
        let given = try await Arrangement()
        try await given.built { image in
            try await DockerContainer.running(image, options: options) { container in
                try await given.fetch(from: container.seederAddress())
            }
        }
        #expect(try given.isComplete)
    }

    @Test(
        "ends with the exit status of its program, 128 and the number for a signal",
        arguments: [("exit 0", 0), ("exit 7", 7), ("kill -KILL $$", 137), ("kill -TERM $$", 143)])
    func exitStatus(script: String, status: Int32) async throws {
        let given = try await Arrangement()
        try await given.built { image in
            let ended = try await image.run(["sh", "-c", script])
            #expect(ended.status == .exited(status), "\(ended)")
        }
    }

    @Test("stops within the grace period, though its program ignores SIGTERM")
    func stop() async throws {
        let given = try await Arrangement()
        try await given.built { image in
            try await DockerContainer.running(
                image, options: ["--env=PIERDAT_GRACE=1"],
                command: ["sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 1; done"]
            ) { container in
                try await container.line(containing: "deaf")
                let started = ContinuousClock.now
                #expect(try await container.stop() == 137)
                // Docker's own patience is 10 seconds.
                #expect(ContinuousClock.now - started < .seconds(8))
            }
        }
    }

    @Test("passes SIGTERM on to its program, which may end as it likes")
    func terminate() async throws {
        let given = try await Arrangement()
        try await given.built { image in
            try await DockerContainer.running(
                image,
                command: [
                    "sh", "-c", "trap 'exit 3' TERM; echo ready; while :; do sleep 0.1; done",
                ]
            ) { container in
                try await container.line(containing: "ready")
                #expect(try await container.stop() == 3)
            }
        }
    }
}

extension Arrangement {
    /// Builds the smallest example that has a shell, with the data in it.
    fileprivate func built(_ body: @Sendable (DockerImage) async throws -> Void) async throws {
        try await building(
            "Dockerfile-alpine", on: .busybox, with: DockerEngine(), body)
    }
}
