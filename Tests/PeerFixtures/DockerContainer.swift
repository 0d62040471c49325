import Foundation
import SystemPackage

/// A container that runs during a test.
public struct DockerContainer: Sendable {
    public let name: String
    private let engine: DockerEngine
    private let log: RunningProcess

    /// Runs `image` like `docker run -it` with `options` while `body` runs. Without a `command`,
    /// runs the image's own.
    public static func running<Value: Sendable>(
        _ image: DockerImage, network: String = "host", options: [String] = [],
        command: [String] = [],
        _ body: @Sendable (DockerContainer) async throws -> Value
    ) async throws -> Value {
        let engine = image.engine
        let name = "pierdat-test-\(UUID().uuidString.lowercased())"
        var run = engine.command(
            "run", "--detach", "--interactive", "--tty", "--network=\(network)", "--name",
            name)
        run.arguments += options + [image.name] + command
        let ended = try await run.run()
        guard ended.status.isSuccess else {
            try await engine.docker("rm", "--force", name)
            throw FixtureError("no container of \(image.name) runs: \(ended)")
        }
        let result: Value
        do {
            result = try await RunningProcess.with(engine.command("logs", "--follow", name)) {
                try await body(DockerContainer(name: name, engine: engine, log: $0))
            }.value
        } catch {
            try await engine.docker("rm", "--force", name)
            throw error
        }
        try await engine.docker("rm", "--force", name)
        return result
    }

    /// Waits for a line of its log that contains `text`, and returns it.
    @discardableResult
    public func line(containing text: String) async throws -> String {
        try await log.line(containing: text)
    }

    /// Waits until a seeder in it listens, and returns the seeder's address on the host.
    public func seederAddress() async throws -> String {
        let line = try await line(containing: "listening on port ")
        let port = line.split(whereSeparator: { !$0.isNumber }).last ?? ""
        return "127.0.0.1:\(port)"
    }

    /// Sends it a signal by name, like `docker kill`.
    public func send(_ signal: String) async throws {
        try await engine.docker("kill", "--signal", signal, name)
    }

    /// Copies a file to `folder` in the container.
    public func copy(_ file: FilePath, to folder: String) async throws {
        try await engine.docker("cp", file.string, "\(name):\(folder)")
    }

    /// Runs `command` in it to its end, by default as the container's user.
    public func execute(_ command: [String], as user: String? = nil) async throws -> Ended {
        var execute = engine.command("exec")
        execute.arguments += (user.map { ["--user", $0] } ?? []) + [name] + command
        return try await execute.run()
    }

    /// The result and the last output of its HEALTHCHECK.
    public func health() async throws -> (status: String, words: String) {
        let answer = try await engine.docker(
            "inspect", "--format",
            "{{.State.Health.Status}}{{range .State.Health.Log}}\n{{.Output}}{{end}}", name)
        let lines = answer.split(separator: "\n")
        return (lines.first.map(String.init) ?? "", lines.last.map(String.init) ?? "")
    }

    /// Stops it like `docker stop`, which kills it after `patience` seconds, or never if that is
    /// -1. Returns the exit code.
    public func stop(patience: Int = 10) async throws -> Int {
        try await engine.docker("stop", "--time", "\(patience)", name)
        return try await exitStatus()
    }

    /// Waits until it has ended and returns the exit code.
    public func exitStatus() async throws -> Int {
        let answer = try await engine.docker("wait", name)
        guard let status = Int(answer) else {
            throw FixtureError("docker wait says \(answer)")
        }
        return status
    }
}
