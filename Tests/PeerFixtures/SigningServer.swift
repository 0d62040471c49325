import LinuxSystem
import SystemPackage

/// A web server that redirects each request to an expiring signed URL on another server, like
/// Hugging Face, S3 and the Internet Archive. A small program of our own, because real servers do
/// not expire on demand.
public struct SigningServer: Sendable {
    private let port: UInt16
    private let process: RunningProcess

    /// The URL of the redirecting server.
    public var url: String { "http://127.0.0.1:\(port)/" }

    /// The number of requests to the redirecting server for each path.
    public var askedOfOrigin: [String: Int] {
        get async {
            var counts: [String: Int] = [:]
            for line in await process.output.split(separator: "\n") where line.hasPrefix("origin ")
            {
                counts[String(line.dropFirst("origin ".count)), default: 0] += 1
            }
            return counts
        }
    }

    /// The number of requests with an expired URL.
    public var askedTooLate: Int { get async { await count("store 403 ") } }

    /// The number of responses that were cut off because their URL expired.
    public var cutOff: Int { get async { await count("store cut ") } }

    private func count(_ prefix: String) async -> Int {
        await process.output.split(separator: "\n").count { $0.hasPrefix(prefix) }
    }

    /// Serves the files below `folder` while `body` runs. Each URL is valid for `lifetime` seconds,
    /// and each connection gets `rate` bytes per second.
    public static func running<Value: Sendable>(
        _ folder: FilePath, lifetime: Double, rate: Int,
        _ body: @Sendable (SigningServer) async throws -> Value
    ) async throws -> Value {
        let ports = try (FreePort.any(), FreePort.any())
        let script = Package.root.appending("Tests/PeerFixtures/signing-server.py")
        let command = try Command(
            installed: "python3", package: "python3",
            [script.string, "\(ports.0)", "\(ports.1)", folder.string, "\(lifetime)", "\(rate)"])
        return try await RunningProcess.with(command) { process in
            _ = try await process.line(containing: "ready")
            return try await body(SigningServer(port: ports.0, process: process))
        }.value
    }
}
