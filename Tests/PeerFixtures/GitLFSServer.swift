import LinuxSystem
import SystemPackage

/// A server of git repositories with Git LFS on its own port of loopback: git-lfs-http-mirror in PyPI. nginx sends the
/// files.
public struct GitLFSServer: Sendable {
    private let port: UInt16

    /// The URL of a repository.
    public func url(_ name: String) -> String { "http://127.0.0.1:\(port)/\(name)" }

    /// Serves the bare repositories in `folder` while `body` runs. Stores its own files in `state`.
    public static func serving<Value: Sendable>(
        _ folder: FilePath, state: FilePath,
        _ body: @Sendable (GitLFSServer, WebServer) async throws -> Value
    ) async throws -> Value {
        let server = GitLFSServer(port: try FreePort.any())
        let program = try await PyPIProgram.folder(of: "git-lfs-http-mirror")
        return try await WebServer.serving(folder, state: state) { files in
            // It runs as long as the command at its end.
            let command = try Command(
                installed: "python3", package: "python3",
                [
                    "-m", "git_lfs_http_mirror", "--upstream-root", String(files.url.dropLast()),
                    "--bind", "127.0.0.1:\(server.port)", "--", "/bin/sleep", "infinity",
                ], environment: ["PYTHONPATH": program.string])
            return try await RunningProcess.with(command) { _ in
                try await Patience.until { Connection.isAccepted(port: server.port) ? () : nil }
                return try await body(server, files)
            }.value
        }
    }
}
