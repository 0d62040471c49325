import PeerFixtures
import Testing

@Suite("Docker health check of an example", .serialized, .timeLimit(.minutes(5)))
struct HealthcheckTests {
    /// Frequent checks, so that the test is fast. The command is the image's.
    private static let impatient = ["--health-interval=200ms", "--health-retries=1"]

    @Test("A container is healthy while its seeder runs, and unhealthy if a seeder cannot run")
    func alpine() async throws {
        let given = try await Arrangement()
        try await given.building("Dockerfile-alpine", on: .busybox, with: DockerEngine()) { image in
            try await DockerContainer.running(image, options: Self.impatient) { container in
                try await container.becomes("healthy")
                _ = try await container.execute(
                    ["sh", "-c", "echo no-such-program >>/etc/pier.dat"])
                let words = try await container.becomes("unhealthy")
                #expect(
                    words.hasPrefix("pierdat: no-such-program ")
                        && words.contains("there is no program no-such-program"))
            }
        }
    }

    @Test(
        "A container without a shell is healthy, even if only its socket folder is writable",
        arguments: [
            [],
            ["--read-only", "--user=65534:65534", "--tmpfs=/run/pierdat:mode=1777"],
        ])
    func scratch(options: [String]) async throws {
        let given = try await Arrangement()
        try await given.building("Dockerfile-scratch", on: .empty, with: DockerEngine()) { image in
            try await DockerContainer.running(image, options: Self.impatient + options) {
                _ = try await $0.becomes("healthy")
            }
        }
    }

    @Test(
        "A container without its data or with too few descriptors is unhealthy",
        arguments: [
            ("--tmpfs=/srv/data", "No such file or directory"),
            ("--ulimit=nofile=32:32", "no more files can be opened"),
        ])
    func deprived(option: String, words: String) async throws {
        let given = try await Arrangement()
        try await given.building("Dockerfile-alpine", on: .busybox, with: DockerEngine()) { image in
            try await DockerContainer.running(image, options: Self.impatient + [option]) {
                let said = try await $0.becomes("unhealthy", saying: words)
                #expect(said.hasPrefix("pierdat: pierdat-serve-bittorrent"), "\(said)")
            }
        }
    }

    @Test("Root can check the health of a pierdatd that runs as another user without a socket")
    func anotherUser() async throws {
        let given = try await Arrangement()
        try await given.building("Dockerfile-alpine", on: .busybox, with: DockerEngine()) { image in
            try await DockerContainer.running(image, options: ["--user=65534:65534"]) { container in
                _ = try await container.seederAddress()
                for command in ["status", "health"] {
                    let asked = try await container.execute(
                        ["/usr/bin/pierdat", command], as: "0")
                    #expect(asked.status == .exited(1), "\(asked)")
                    #expect(
                        asked.errors.contains(
                            "pierdatd runs (pid 1, as user 65534), but could not create"),
                        "\(asked)")
                }
            }
        }
    }
}

extension DockerContainer {
    /// Waits until Docker reports `status` and the check prints `words`. Returns the last output.
    @discardableResult
    fileprivate func becomes(_ status: String, saying words: String = "") async throws -> String {
        try await Patience.until {
            let health = try await health()
            let isSaid = words.isEmpty || health.words.contains(words)
            return health.status == status && isSaid && !health.words.isEmpty ? health.words : nil
        }
    }
}
