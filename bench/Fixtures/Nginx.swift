import Foundation
import PeerFixtures
import SystemPackage

/// nginx configured to send large files fast: one process, sendfile(2).
enum Nginx {
    /// Serves the files below `folder` at `address` while `body` runs with its process.
    static func serving<Value: Sendable>(
        _ folder: FilePath, at address: String, on host: Host, state: FilePath,
        _ body: @Sendable (RunningProcess) async throws -> Value
    ) async throws -> Value {
        let configuration = state.appending("nginx.conf")
        try text(folder, at: address, state: state)
            .write(toFile: configuration.string, atomically: true, encoding: .utf8)
        let command = try Command(
            installed: "nginx", package: "nginx-light",
            ["-p", state.string, "-c", configuration.string, "-e", "stderr"])
        return try await RunningProcess.with(host.command(command)) { process in
            _ = try await process.line(containing: "using the")
            return try await body(process)
        }.value
    }

    private static func text(_ folder: FilePath, at address: String, state: FilePath) -> String {
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "\($0)_temp_path \"\(state)/\($0)\";" }.joined(separator: " ")
        return """
            daemon off;
            master_process off;
            pid "\(state)/nginx.pid";
            error_log stderr notice;
            events {}
            http {
                access_log off; sendfile on; tcp_nopush on;
                \(temporary)
                server { listen \(address); location / { root "\(folder)"; } }
            }
            """
    }
}
