import Foundation
import LinuxSystem
import SystemPackage

/// nginx on a port of its own.
public struct WebServer: Sendable {
    private let host: Host
    public let port: UInt16
    private let certificate: Certificate?

    public var url: String {
        "\(certificate == nil ? "http" : "https")://\(host.endpoint(port))/"
    }

    /// Serves the files below `folder` while `body` runs, by HTTPS where it has a `certificate`. What is
    /// asked of /announce it asks `tracker`. Its own files lie in `state`.
    public static func serving<Value: Sendable>(
        _ folder: FilePath, state: FilePath, on host: Host = .loopback,
        certificate: Certificate? = nil, tracker: Tracker? = nil,
        _ body: @Sendable (WebServer) async throws -> Value
    ) async throws -> Value {
        let server = WebServer(host: host, port: try FreePort.any(), certificate: certificate)
        let configuration = state.appending("nginx.conf")
        try server.configuration(folder, state: state, tracker: tracker)
            .write(toFile: configuration.string, atomically: true, encoding: .utf8)
        let command = try Command(
            installed: "nginx", package: "nginx-light",
            ["-p", state.string, "-c", configuration.string, "-e", "stderr"])
        return try await RunningProcess.with(host.command(command)) { process in
            _ = try await process.line(containing: "start worker process")
            return try await body(server)
        }.value
    }

    private func configuration(_ folder: FilePath, state: FilePath, tracker: Tracker?) -> String {
        let secured = certificate.map {
            "ssl_certificate \"\($0.certificate)\"; ssl_certificate_key \"\($0.key)\";"
        }
        let announce = tracker.map { "location = /announce { proxy_pass \($0.announce()); }" }
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "\($0)_temp_path \"\(state)/\($0)\";" }.joined(separator: "\n    ")
        return """
            daemon off;
            worker_processes 1;
            pid "\(state)/nginx.pid";
            error_log stderr notice;
            events {}
            http {
                access_log off;
                \(temporary)
                server {
                    listen \(host.endpoint(port))\(certificate == nil ? "" : " ssl");
                    \(secured ?? "")
                    \(announce ?? "")
                    location / { root "\(folder)"; }
                }
            }
            """
    }
}
