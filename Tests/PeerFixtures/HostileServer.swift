import LinuxSystem
import SystemPackage

/// A malicious web server. Real servers do not misbehave on demand, so this is a small program of
/// our own. The first folder of the requested path selects its behaviour.
public struct HostileServer: Sendable {
    public let port: UInt16
    private let process: RunningProcess

    /// What it does.
    public enum Behaviour: String, Sendable, CaseIterable {
        /// Sends a body or a header that never ends, at full speed.
        case endlessBody, endlessHeader
        /// Sends one byte per second.
        case drip
        /// Sends nothing.
        case silence
        case redirectLoop, redirectToFile, redirectToOtherScheme
        /// Sends a normal 404. Used to record the request.
        case record
        /// Redirects to `record`, with blanks in and around the path, or with control characters.
        case redirectWithBlanks, redirectWithControls
        /// Redirects to its own `noiseBody` by a relative path that is not percent-encoded.
        case redirectAside
        /// Sends 100 MiB of zeros, compressed.
        case compressedBomb
        /// Sends less or more than Content-Length.
        case shortBody, longBody
        /// Sends a Content-Length of a petabyte and starts to send the body.
        case petabyte
        case cutChunks, cutHeader
        /// Answers a range request with the whole file or another range.
        case wholeForRange, wrongRange
        /// Sends something that is not HTTP, or a body of noise.
        case noise, noiseBody
        /// As a tracker: sends invalid peers, a negative interval, or deeply nested lists.
        case manyPeers, negativeInterval, deepAnswer
        /// As a tracker: refuses with terminal escape sequences in the reason.
        case escapes
    }

    /// A URL with this behaviour.
    public func url(_ behaviour: Behaviour, _ path: String = "") -> String {
        "http://127.0.0.1:\(port)/\(behaviour.rawValue)/\(path)"
    }

    /// An announce URL with this behaviour.
    public func tracker(_ behaviour: Behaviour) -> String {
        "http://127.0.0.1:\(port)/announce/\(behaviour.rawValue)"
    }

    /// Waits until a client has announced to it.
    public func announced(to behaviour: Behaviour) async throws {
        _ = try await process.line(containing: "asked for /announce/\(behaviour.rawValue)?")
    }

    /// The head of each request so far, with control characters as `\r` or `\x01`.
    public var requests: [String] {
        get async {
            await process.output.split(separator: "\n").filter { $0.hasPrefix("request ") }
                .map(String.init)
        }
    }

    /// Waits until a client has requested a path that starts with `path`.
    public func asked(for behaviour: Behaviour, _ path: String) async throws {
        _ = try await process.line(containing: "asked for /\(behaviour.rawValue)/\(path)")
    }

    /// Runs it while `body` runs.
    public static func running<Value: Sendable>(
        _ body: @Sendable (HostileServer) async throws -> Value
    ) async throws -> Value {
        let port = try FreePort.any()
        let script = Package.root.appending("Tests/PeerFixtures/hostile-server.py")
        let command = try Command(
            installed: "python3", package: "python3", [script.string, "\(port)"])
        return try await RunningProcess.with(command) { process in
            _ = try await process.line(containing: "ready")
            return try await body(HostileServer(port: port, process: process))
        }.value
    }
}
