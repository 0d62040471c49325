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
        let idle = Command("/bin/sh", ["-c", "echo ready; exec sleep infinity"])
        return try await RunningProcess.with(host.command(idle)) { resident in
            _ = try await resident.line(containing: "ready")
            let over = folder.appending("over")
            return try await RunningProcess.with(command(beside: resident, until: over)) { engine in
                let result: Result<Value, any Error>
                do {
                    result = .success(try await body(DockerEngine(announcedBy: engine)))
                } catch {
                    result = .failure(error)
                }
                // The engine may take as long as it needs to end.
                _ = FileManager.default.createFile(atPath: over.string, contents: nil)
                try await engine.end()
                return try result.get()
            }.value
        }.value
    }

    /// Runs in the network of `resident` but not in its mount namespace, because the engine needs
    /// the cgroups. It ends when the file `over` exists or the test is gone.
    private static func command(beside resident: RunningProcess, until over: FilePath) -> Command {
        let script = """
            echo "DOCKER_CONFIG=$DOCKER_CONFIG"
            echo "PATH=$PATH"
            echo "DOCKER_HOST=$DOCKER_HOST"
            until [ -e "$1" ] || ! kill -0 "$2"; do sleep 0.1; done
            """
        var command = Command(
            Package.root.appending("scripts/docker-engine"),
            ["run", "/bin/sh", "-euc", script, "sh", over.string, "\(getpid())"])
        for name in ["HOME", "TMPDIR"] {
            command.environment[name] = ProcessInfo.processInfo.environment[name]
        }
        command.environment["DOCKER_ENGINE_BRIDGE"] = "yes"
        return command.started(
            by: "/usr/bin/nsenter", ["--target", "\(resident.identifier)", "--net"])
    }

    private init(announcedBy process: RunningProcess) async throws {
        _ = try await process.line(containing: "DOCKER_HOST=")
        var environment = ["HOME": "/root"]
        for line in await process.output.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { environment[String(parts[0])] = String(parts[1]) }
        }
        self.init(environment: environment.filter { Self.variables.contains($0.key) })
    }
}
