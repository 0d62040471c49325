import Foundation
import PeerFixtures
import SystemPackage

/// nginx configured to send large files fast: one process, sendfile(2).
enum Nginx {
    /// Serves the files below `folder` at `address` while `body` runs with its process. Appends the
    /// number of bytes sent for each request to `log`.
    static func serving<Value: Sendable>(
        _ folder: FilePath, at address: String, on host: Host, state: FilePath,
        log: FilePath? = nil,
        _ body: @Sendable (RunningProcess) async throws -> Value
    ) async throws -> Value {
        let configuration = state.appending("nginx.conf")
        try text(folder, at: address, state: state, log: log)
            .write(toFile: configuration.string, atomically: true, encoding: .utf8)
        let command = try Command(
            installed: "nginx", package: "nginx-light",
            ["-p", state.string, "-c", configuration.string, "-e", "stderr"])
        return try await RunningProcess.with(host.command(command)) { process in
            _ = try await process.line(containing: "using the")
            return try await body(process)
        }.value
    }

    /// The sum of the bytes in a log.
    static func bytesSent(accordingTo log: FilePath) throws -> Int {
        try String(contentsOfFile: log.string, encoding: .utf8).split(separator: "\n")
            .compactMap { Int($0) }.reduce(0, +)
    }

    private static func text(
        _ folder: FilePath, at address: String, state: FilePath, log: FilePath?
    ) -> String {
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "\($0)_temp_path \"\(state)/\($0)\";" }.joined(separator: " ")
        return """
            daemon off;
            master_process off;
            pid "\(state)/nginx.pid";
            error_log stderr notice;
            events {}
            http {
                log_format sent '$bytes_sent';
                access_log \(log.map { "\"\($0)\" sent" } ?? "off"); sendfile on; tcp_nopush on;
                \(temporary)
                server { listen \(address); location / { root "\(folder)"; } }
            }
            """
    }
}
