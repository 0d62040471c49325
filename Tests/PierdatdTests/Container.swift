import Foundation
import LinuxSystem
import PeerFixtures
import SystemPackage

/// A container of a real Docker engine, controlled through the client that runs it.
final class Container {
    /// `docker run`, with the container's streams and exit code.
    let client: Daemon
    private let name = "pierdat-test-\(UUID().uuidString.lowercased())"
    private let image: DockerImage

    /// Starts a container like `docker run OPTIONS IMAGE COMMAND`, or like `docker run -t` at a
    /// `terminal`.
    init(
        _ image: DockerImage, _ options: [String] = [], command: [String], input: CInt? = nil,
        terminal: Terminal? = nil
    ) throws {
        self.image = image
        let words =
            ["docker", "run", "--interactive", "--network=none", "--name", name]
            + (terminal == nil ? [] : ["--tty", "--env=PS1=prompt> ", "--env=TERM=dumb"])
        client = try Daemon(
            words + options + [image.name] + command, in: .subreaper,
            environment: image.engine.environment, input: input, terminal: terminal)
    }

    deinit {
        _ = try? docker("rm", "--force", name)
    }

    /// Stops the container like `docker stop`.
    func stop() throws {
        _ = try docker("stop", name)
    }

    private func docker(_ words: String...) throws -> TerminationStatus {
        let run = try Daemon(
            ["docker"] + words, in: .subreaper, environment: image.engine.environment)
        return try run.end()
    }

    /// An image on `base` with one seeder that prints a message and ignores SIGTERM.
    static func building(
        on base: DockerBase, _ body: @Sendable (DockerImage) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let file = folder.path.appending("Dockerfile")
        try AtomicFile.write(Array(dockerfile.utf8), to: file)
        let image = try await DockerImage.build(by: DockerEngine(), file: file, on: base)
        try await image.use(body)
        withExtendedLifetime(folder) {}
    }

    private static let dockerfile = """
        ARG BASE
        FROM $BASE
        ADD root /
        RUN printf '#!/bin/sh\\ntrap "" TERM\\necho seeding\\nwhile :; do sleep 1; done\\n' >/seeder \\
            && chmod 755 /seeder && echo /seeder >/etc/pier.dat
        ENTRYPOINT ["/entrypoint.sh"]

        """
}
