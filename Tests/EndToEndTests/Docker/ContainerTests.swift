import PeerFixtures
import SystemPackage
import Testing

@Suite("Container with pierdatd as its entrypoint", .serialized, .timeLimit(.minutes(5)))
struct ContainerTests {
    @Test(
        "A container seeds however restricted it is",
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
        "A container ends with its program's exit code, or 128 plus the signal number",
        arguments: [("exit 0", 0), ("exit 7", 7), ("kill -KILL $$", 137), ("kill -TERM $$", 143)])
    func exitStatus(script: String, status: Int32) async throws {
        let given = try await Arrangement()
        try await given.built { image in
            let ended = try await image.run(["sh", "-c", script])
            #expect(ended.status == .exited(status), "\(ended)")
        }
    }

    @Test("A container stops within the grace period even if its program ignores SIGTERM")
    func stop() async throws {
        try await Arrangement().running(
            "trap '' TERM; echo deaf; while :; do sleep 1; done",
            options: ["--env=PIERDAT_GRACE=1"]
        ) { container in
            try await container.line(containing: "deaf")
            // Without a Docker timeout, so pierdatd itself must kill the program.
            #expect(try await container.stop(patience: -1) == 137)
        }
    }

    @Test("SIGTERM is forwarded to the program, which may exit as it likes")
    func terminate() async throws {
        try await Arrangement().running(
            "trap 'exit 3' TERM; echo ready; while :; do sleep 0.1; done"
        ) { container in
            try await container.line(containing: "ready")
            #expect(try await container.stop() == 3)
        }
    }

    @Test("Other signals are forwarded, too, and the program keeps the terminal")
    func signalsAndTerminal() async throws {
        let signals = ["HUP", "INT", "QUIT", "USR1", "USR2", "CONT", "WINCH"]
        try await Arrangement().running(
            """
            for s in \(signals.joined(separator: " ")); do trap "echo got $s." $s; done
            set -- $(cat /proc/$$/stat)
            [ "$7" != 0 ] && [ "$5" = "$8" ] && echo owns the terminal
            while :; do sleep 0.1; done
            """
        ) { container in
            try await container.line(containing: "owns the terminal")
            for signal in signals {
                try await container.send(signal)
                try await container.line(containing: "got \(signal).")
            }
        }
    }

    @Test("Processes that the program leaves behind are reaped")
    func orphans() async throws {
        try await Arrangement().running(
            """
            for n in $(seq 200); do sh -c 'sh -c "exec sleep 0.2" &'; done
            echo orphaned
            while pidof sleep >/dev/null; do sleep 0.1; done
            while grep -q '^State:.Z' /proc/[0-9]*/status 2>/dev/null; do sleep 0.1; done
            echo none is left
            while :; do sleep 1; done
            """
        ) { container in
            _ = try await container.line(containing: "none is left")
        }
    }
}

extension Arrangement {
    /// Builds the smallest example with a shell, including the data.
    func built(_ body: @Sendable (DockerImage) async throws -> Void) async throws {
        try await building(
            "Dockerfile-alpine", on: .busybox, with: DockerEngine(), body)
    }

    /// Runs `script` as the program of a container of that image while `body` runs.
    fileprivate func running(
        _ script: String, options: [String] = [],
        _ body: @Sendable (DockerContainer) async throws -> Void
    ) async throws {
        try await built { image in
            try await DockerContainer.running(
                image, options: options, command: ["sh", "-c", script], body)
        }
    }
}
