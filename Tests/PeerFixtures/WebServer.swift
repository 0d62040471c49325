import Foundation
import LinuxSystem
import SystemPackage

/// nginx on its own port.
public struct WebServer: Sendable {
    private let host: Host
    public let port: UInt16
    private let certificate: Certificate?
    private let isHTTP2: Bool
    private let log: FilePath
    private let sizes: FilePath

    public var url: String {
        "\(certificate == nil ? "http" : "https")://\(authority)/"
    }

    /// Its address and port.
    public var authority: String { host.endpoint(port) }

    /// The requests so far in order: status, range, request, Host header and user.
    public var requests: [String] {
        get throws {
            try String(contentsOfFile: log.string, encoding: .utf8).split(separator: "\n")
                .map(String.init)
        }
    }

    /// Bytes of bodies that it has sent so far, in answers that have ended.
    public var bytesSent: Int {
        get throws {
            try String(contentsOfFile: sizes.string, encoding: .utf8).split(separator: "\n")
                .compactMap { Int($0) }.reduce(0, +)
        }
    }

    /// Serves the files below `folder` while `body` runs: by HTTPS if there is a `certificate`, and then also by
    /// HTTP/2 if `isHTTP2`, and only to `user` if given. Forwards /announce to `tracker`, answers 403 for the
    /// names in `forbidden`, and sets Content-Encoding to `encoding`. Stores its own files in `state`.
    public static func serving<Value: Sendable>(
        _ folder: FilePath, state: FilePath, on host: Host = .loopback,
        certificate: Certificate? = nil, isHTTP2: Bool = false, tracker: Tracker? = nil,
        user: User? = nil, forbidden: [String] = [], encoding: String? = nil,
        _ body: @Sendable (WebServer) async throws -> Value
    ) async throws -> Value {
        let announce = tracker.map { "location = /announce { proxy_pass \($0.announce()); }" }
        let refusals = forbidden.map { "location ~ \"/\($0)$\" { return 403; }" }
        let header = encoding.map { "add_header Content-Encoding \($0);" }
        let lock = try user.map { user in
            let file = state.appending("passwords")
            try "\(user.name):{PLAIN}\(user.password)\n"
                .write(toFile: file.string, atomically: true, encoding: .utf8)
            return "auth_basic closed; auth_basic_user_file \"\(file)\";"
        }
        let locations = [lock, announce, header].compactMap(\.self) + refusals
        return try await answering(
            locations.joined(separator: "\n") + "\nlocation / { root \"\(folder)\"; }",
            state: state, on: host, certificate: certificate, isHTTP2: isHTTP2, body)
    }

    /// A user of the server.
    public struct User: Sendable {
        let name: String
        let password: String

        public init(name: String, password: String) {
            self.name = name
            self.password = password
        }
    }

    /// Redirects every request for a file to `url` followed by the file's path while `body` runs.
    /// Stores its own files in `state`.
    public static func redirecting<Value: Sendable>(
        to url: String, state: FilePath, on host: Host = .loopback,
        _ body: @Sendable (WebServer) async throws -> Value
    ) async throws -> Value {
        try await answering(
            "rewrite ^/(.*) \(url)$1 redirect;", state: state, on: host, certificate: nil, body)
    }

    /// Answers as configured by the nginx server directives `directives`.
    private static func answering<Value: Sendable>(
        _ directives: String, state: FilePath, on host: Host, certificate: Certificate?,
        isHTTP2: Bool = false, _ body: @Sendable (WebServer) async throws -> Value
    ) async throws -> Value {
        let server = WebServer(
            host: host, port: try FreePort.any(), certificate: certificate,
            isHTTP2: isHTTP2, log: state.appending("access.log"),
            sizes: state.appending("sizes.log"))
        let configuration = state.appending("nginx.conf")
        try server.configuration(directives, state: state)
            .write(toFile: configuration.string, atomically: true, encoding: .utf8)
        let command = try Command(
            installed: "nginx", package: "nginx-light",
            ["-p", state.string, "-c", configuration.string, "-e", "stderr"])
        return try await RunningProcess.with(host.command(command)) { process in
            _ = try await process.line(containing: "start worker process")
            return try await body(server)
        }.value
    }

    private func configuration(_ directives: String, state: FilePath) -> String {
        let secured = certificate.map {
            "ssl_certificate \"\($0.certificate)\"; ssl_certificate_key \"\($0.key)\";"
        }
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "\($0)_temp_path \"\(state)/\($0)\";" }.joined(separator: "\n    ")
        return """
            daemon off;
            worker_processes 1;
            pid "\(state)/nginx.pid";
            error_log stderr notice;
            events {}
            http {
                log_format request '$status $http_range $request $http_host $remote_user';
                log_format size '$body_bytes_sent';
                access_log "\(log)" request;
                access_log "\(sizes)" size;
                \(temporary)
                server {
                    listen \(host.endpoint(port))\(certificate == nil ? "" : " ssl")\(isHTTP2 ? " http2" : "");
                    \(secured ?? "")
                    \(directives)
                }
            }
            """
    }
}
