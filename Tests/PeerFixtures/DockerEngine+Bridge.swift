import Foundation
import Glibc
import SystemPackage

extension DockerEngine {
    /// Runs a separate engine on `host` while `body` runs, with Docker's default bridge and its
    /// NAT. The engine writes to `folder`. Only for a host of a network that is removed after the
    /// test.
    public static func running<Value: Sendable>(
        on host: Host, in folder: FilePath, _ body: @Sendable (DockerEngine) async throws -> Value
    ) async throws -> Value {
        try await ScriptedEngine.running(
            "docker-engine", announcing: ["PATH", "DOCKER_HOST", "DOCKER_CONFIG"],
            environment: ["DOCKER_ENGINE_BRIDGE": "yes"], on: host, in: folder
        ) {
            var environment = $0.filter { variables.contains($0.key) }
            environment["HOME"] = "/root"
            return try await body(DockerEngine(environment: environment))
        }
    }

    /// Kills the separate engine with all of its containers, as a power cut does.
    public func cutPower() throws {
        let scheme = "unix://"
        guard let socket = environment["DOCKER_HOST"], socket.hasPrefix(scheme) else {
            throw FixtureError("this is not an engine of the tests")
        }
        let folder = FilePath(String(socket.dropFirst(scheme.count))).removingLastComponent()
        let words = try String(
            contentsOfFile: folder.appending("engine.pid").string, encoding: .utf8)
        guard let pid = Int32(words.filter { $0.isNumber }), Glibc.kill(pid, SIGKILL) == 0 else {
            throw FixtureError("the engine in \(folder) has ended before")
        }
    }
}
