import Foundation
import LinuxSystem
import SystemPackage

/// A proxy on a host of a `VirtualNetwork`.
public struct ProxyServer: Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        /// microsocks: SOCKS5 with authentication, without UDP.
        case socks5
        /// tinyproxy.
        case http
    }

    /// In the format of `PIERDAT_PROXY`.
    public let url: String

    /// Serves one user with a password, and nobody else, while `body` runs.
    public static func serving<Value: Sendable>(
        _ kind: Kind, on host: Host, state: FilePath,
        _ body: @Sendable (ProxyServer) async throws -> Value
    ) async throws -> Value {
        let port = try FreePort.any()
        let password = kind == .socks5 ? "p%3Aw" : "word"
        let server = ProxyServer(
            url: "\(kind.rawValue)://me:\(password)@\(host.endpoint(port))")
        return try await RunningProcess.with(
            host.command(try command(kind, port: port, state: state))
        ) { _ in
            try await Patience.until { try await host.accepts(port) ? () : nil }
            return try await body(server)
        }.value
    }

    /// Runs a proxy on this machine that connects to `port` of loopback whatever server it is asked for, while `body`
    /// runs. `asked` waits until it was asked for a server.
    public static func leading<Value: Sendable>(
        to port: UInt16,
        _ body:
            @Sendable (ProxyServer, _ asked: @Sendable (String) async throws -> Void)
            async throws -> Value
    ) async throws -> Value {
        let own = try FreePort.any()
        let script = Package.root.appending("Tests/PeerFixtures/connect-proxy.py")
        let command = try Command(
            installed: "python3", package: "python3", [script.string, "\(own)", "\(port)"])
        return try await RunningProcess.with(command) { process in
            _ = try await process.line(containing: "ready")
            return try await body(ProxyServer(url: "http://127.0.0.1:\(own)")) {
                _ = try await process.line(containing: "asked for \($0)")
            }
        }.value
    }

    private static func command(_ kind: Kind, port: UInt16, state: FilePath) throws -> Command {
        switch kind {
        case .socks5:
            return try Command(
                installed: "microsocks", package: "microsocks",
                ["-i", "0.0.0.0", "-p", "\(port)", "-u", "me", "-P", "p:w"])
        case .http:
            let file = state.appending("tinyproxy.conf")
            try "Port \(port)\nListen 0.0.0.0\nTimeout 60\nMaxClients 100\nBasicAuth me word\n"
                .write(toFile: file.string, atomically: true, encoding: .utf8)
            return try Command(
                installed: "tinyproxy", package: "tinyproxy-bin", ["-d", "-c", file.string])
        }
    }
}
