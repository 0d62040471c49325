import PeerFixtures
import Testing

@Suite(
    "Container with few processes (docker run --pids-limit)", .serialized, .timeLimit(.minutes(5))
)
struct ProcessLimitTests {
    private static let limits = [1, 2, 3, 5, 6, 7, 8, 12]

    @Test("--version and --help work with any limit")
    func version() async throws {
        try await Arrangement().built { image in
            for limit in Self.limits {
                for words in [["/usr/bin/pierdat", "--version"], ["/usr/bin/pierdat", "--help"]] {
                    let ended = try await Patience.until {
                        let ended = try await image.run(
                            Array(words.dropFirst()),
                            options: ["--pids-limit=\(limit)", "--entrypoint=\(words[0])"])
                        // A busy engine can lose the output of a container that ends at once.
                        let isLost = ended.status == .exited(0) && ended.output.isEmpty
                        return isLost ? nil : ended
                    }
                    #expect(ended.status == .exited(0), "\(limit): \(ended)")
                }
            }
        }
    }

    @Test("A download completes or ends with exit code 71 and the name of the lacking resource")
    func get() async throws {
        let given = try await Arrangement()
        let origin = try Overlay(given.folder.path.appending("another origin"))
        try await given.built { image in
            try await origin.seeding(given.torrent, in: given.data.folder) { seed in
                for limit in Self.limits {
                    let ended = try await image.run(
                        [
                            "--timeout", "60", given.torrent.magnet("x.pe=\(seed.address)"),
                            "/elsewhere",
                        ], options: ["--pids-limit=\(limit)", "--entrypoint=/usr/bin/pierdat"])
                    guard ended.status != .exited(0) else { continue }
                    #expect(ended.status == .exited(71), "\(limit): \(ended)")
                    let names = [
                        "cannot start a process", "cannot start a thread", "no more threads",
                    ]
                    #expect(names.contains { ended.errors.contains($0) }, "\(limit): \(ended)")
                }
            }
        }
    }

    @Test(
        "The health check always answers, and is healthy only if the container seeds",
        arguments: [12, 16, 20, 30])
    func health(limit: Int) async throws {
        let given = try await Arrangement()
        try await given.built { image in
            try await DockerContainer.running(image, options: ["--pids-limit=\(limit)"]) {
                container in
                let health = try await Patience.until {
                    let health = try await container.execute(["/usr/bin/pierdat", "health"])
                    // Docker's own helper needs more processes than pierdat and fails without them.
                    let isAnswer =
                        health.status == .exited(0) || health.errors.contains("is not running")
                    return isAnswer ? health : nil
                }
                if health.status == .exited(0) {
                    try await given.fetch(from: container.seederAddress())
                    #expect(try given.isComplete)
                } else {
                    #expect(health.status == .exited(1), "\(health)")
                    #expect(health.errors.contains("raise the limit"), "\(health)")
                }
            }
        }
    }
}
