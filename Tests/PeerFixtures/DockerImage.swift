import Foundation
import SystemPackage

/// An image built from one of the examples. The build context is the package's root.
public struct DockerImage: Sendable {
    public let engine: DockerEngine
    public let name: String
    /// The output of the build.
    public let log: String

    /// Builds `examples/EXAMPLE` on `base`. The caller removes the image.
    public static func build(
        by engine: DockerEngine, from example: String, on base: DockerBase,
        _ arguments: [String: String] = [:], options: [String] = []
    ) async throws -> DockerImage {
        try await build(
            by: engine, file: Package.root.appending("examples/\(example)"), on: base, arguments,
            options: options)
    }

    /// Builds the Dockerfile `file` on `base`.
    public static func build(
        by engine: DockerEngine, file: FilePath, on base: DockerBase,
        _ arguments: [String: String] = [:], options: [String] = []
    ) async throws -> DockerImage {
        let name = "pierdat-test-\(UUID().uuidString.lowercased())"
        var build = engine.command(
            "buildx", "build", "--progress=plain", "--tag", name, "--file",
            file.string,
            // RUN uses the host's network, because the engine started by `make test` has no bridge.
            "--allow=network.host", "--network=host",
            "--build-arg", "BASE=\(try await engine.base(base))")
        for (argument, value) in arguments {
            build.arguments += ["--build-arg", "\(argument)=\(value)"]
        }
        build.arguments += options + [Package.root.string]
        let ended = try await build.run()
        guard ended.status.isSuccess else {
            throw FixtureError("the build of \(file) failed: \(ended)")
        }
        return DockerImage(engine: engine, name: name, log: ended.errors)
    }

    /// The digests of its layers (diff IDs), in order.
    public func layers() async throws -> [String] {
        let text = try await engine.docker(
            "image", "inspect", "--format", "{{range .RootFS.Layers}}{{.}} {{end}}", name)
        return text.split(separator: " ").map(String.init)
    }

    /// Runs `body`, then removes the image.
    public func use(_ body: @Sendable (DockerImage) async throws -> Void) async throws {
        do {
            try await body(self)
        } catch {
            try await engine.docker("rmi", "--force", name)
            throw error
        }
        try await engine.docker("rmi", "--force", name)
    }

    /// Runs `command` in a container to its end, like `docker run` with `options`.
    public func run(_ command: [String], options: [String] = []) async throws -> Ended {
        var run = engine.command("run", "--rm", "--network=host")
        run.arguments += options + [name] + command
        return try await run.run()
    }
}
