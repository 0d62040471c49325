import LinuxSystem
import SystemPackage

/// A web server that redirects each request to a signed URL of another one, which expires: what Hugging Face,
/// S3 and the Internet Archive do. A small program of our own, for a real one does not expire on demand.
public struct SigningServer: Sendable {
    private let port: UInt16
    private let process: RunningProcess

    /// The one that redirects.
    public var url: String { "http://127.0.0.1:\(port)/" }

    /// How often the one that redirects was asked for each path.
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

    /// How often an expired URL was asked for.
    public var askedTooLate: Int {
        get async {
            await process.output.split(separator: "\n").count { $0.hasPrefix("store 403 ") }
        }
    }

    /// Serves the files below `folder` while `body` runs: each URL for `lifetime` seconds, and `rate` bytes a
    /// second on each connection.
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
