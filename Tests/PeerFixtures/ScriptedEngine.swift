import Foundation
import Glibc
import SystemPackage

/// A container engine that one of the package's scripts runs in the network of a host.
enum ScriptedEngine {
    /// Runs `script run` on `host` while `body` runs. `body` gets the values of these variables in the environment that
    /// the script sets up. Writes to `folder`. Only for a host of a network that is removed after the test.
    static func running<Value: Sendable>(
        _ script: String, announcing variables: [String], environment: [String: String] = [:],
        on host: Host, in folder: FilePath,
        _ body: @Sendable ([String: String]) async throws -> Value
    ) async throws -> Value {
        let idle = Command("/bin/sh", ["-c", "echo ready; exec sleep infinity"])
        return try await RunningProcess.with(host.command(idle)) { resident in
            _ = try await resident.line(containing: "ready")
            let over = folder.appending("over")
            let command = command(
                script, announcing: variables, environment, beside: resident, until: over)
            return try await RunningProcess.with(command) { engine in
                let result: Result<Value, any Error>
                do {
                    result = .success(try await body(announced(by: engine)))
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
    private static func command(
        _ script: String, announcing variables: [String], _ environment: [String: String],
        beside resident: RunningProcess, until over: FilePath
    ) -> Command {
        let wait = """
            over=$1 test=$2; shift 2
            for name; do eval "echo \\"$name=\\$$name\\""; done
            echo announced
            until [ -e "$over" ] || ! kill -0 "$test"; do sleep 0.1; done
            """
        var command = Command(
            Package.root.appending("scripts").appending(script),
            ["run", "/bin/sh", "-euc", wait, "sh", over.string, "\(getpid())"] + variables,
            environment: environment)
        for name in ["HOME", "TMPDIR", "XDG_CACHE_HOME"] {
            command.environment[name] = ProcessInfo.processInfo.environment[name]
        }
        return command.started(
            by: "/usr/bin/nsenter", ["--target", "\(resident.identifier)", "--net"])
    }

    private static func announced(by process: RunningProcess) async throws -> [String: String] {
        _ = try await process.line(containing: "announced")
        var environment: [String: String] = [:]
        for line in await process.output.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { environment[String(parts[0])] = String(parts[1]) }
        }
        return environment
    }
}
