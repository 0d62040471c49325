import Foundation
import SystemPackage

/// A container that runs beside the test.
public struct DockerContainer: Sendable {
    public let name: String
    private let engine: DockerEngine
    private let log: RunningProcess

    /// Runs `image` as `docker run -it` does with `options`, for as long as `body` takes. Without a
    /// `command` it is the image's own.
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

    /// Waits until a seeder in it listens, and returns its address on the host.
    public func seederAddress() async throws -> String {
        let line = try await line(containing: "listening on port ")
        let port = line.split(whereSeparator: { !$0.isNumber }).last ?? ""
        return "127.0.0.1:\(port)"
    }

    /// Sends it a signal, by its name, as `docker kill` does.
    public func send(_ signal: String) async throws {
        try await engine.docker("kill", "--signal", signal, name)
    }

    /// Copies a file into the folder `folder` of it.
    public func copy(_ file: FilePath, to folder: String) async throws {
        try await engine.docker("cp", file.string, "\(name):\(folder)")
    }

    /// Runs `command` in it to its end, as the container's user unless told otherwise.
    public func execute(_ command: [String], as user: String? = nil) async throws -> Ended {
        var execute = engine.command("exec")
        execute.arguments += (user.map { ["--user", $0] } ?? []) + [name] + command
        return try await execute.run()
    }

    /// What its HEALTHCHECK makes of it, and what that said last.
    public func health() async throws -> (status: String, words: String) {
        let answer = try await engine.docker(
            "inspect", "--format",
            "{{.State.Health.Status}}{{range .State.Health.Log}}\n{{.Output}}{{end}}", name)
        let lines = answer.split(separator: "\n")
        return (lines.first.map(String.init) ?? "", lines.last.map(String.init) ?? "")
    }

    /// Stops it as `docker stop` does, which kills it after `patience` seconds, or never where that is -1,
    /// and returns the exit status.
    public func stop(patience: Int = 10) async throws -> Int {
        try await engine.docker("stop", "--time", "\(patience)", name)
        return try await exitStatus()
    }

    /// Waits until it has ended, and returns the exit status.
    public func exitStatus() async throws -> Int {
        let answer = try await engine.docker("wait", name)
        guard let status = Int(answer) else {
            throw FixtureError("docker wait says \(answer)")
        }
        return status
    }
}
