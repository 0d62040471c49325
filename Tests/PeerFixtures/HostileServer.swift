import LinuxSystem
import SystemPackage

/// A web server that does what no honest one does, and a real one never on demand: a small program of our
/// own. What it does is the first folder of the path that it is asked for.
public struct HostileServer: Sendable {
    public let port: UInt16
    private let process: RunningProcess

    /// What it can do.
    public enum Behaviour: String, Sendable, CaseIterable {
        /// A body, or a header, that does not end, as fast as it is taken.
        case endlessBody, endlessHeader
        /// A byte a second.
        case drip
        /// Nothing at all.
        case silence
        case redirectLoop, redirectToFile, redirectToOtherScheme
        /// An ordinary 404: what it was asked is of interest.
        case record
        /// To `record`, by a path with blanks in it and around it, or with control characters.
        case redirectWithBlanks, redirectWithControls
        /// To its own `noiseBody`, by a relative path that is not encoded.
        case redirectAside
        /// 100 MiB of zeros, compressed.
        case compressedBomb
        /// Less, or more, than Content-Length says.
        case shortBody, longBody
        case cutChunks, cutHeader
        /// All of it, or another part, where a range is asked for.
        case wholeForRange, wrongRange
        /// No HTTP at all, or a body of noise.
        case noise, noiseBody
        /// As a tracker: peers that are none, a time to wait below zero, lists in lists in lists.
        case manyPeers, negativeInterval, deepAnswer
        /// As a tracker: why it refuses, in sequences that a terminal obeys.
        case escapes
    }

    /// Where it does that, instead of what is there under `path`.
    public func url(_ behaviour: Behaviour, _ path: String = "") -> String {
        "http://127.0.0.1:\(port)/\(behaviour.rawValue)/\(path)"
    }

    /// The same as a tracker.
    public func tracker(_ behaviour: Behaviour) -> String {
        "http://127.0.0.1:\(port)/announce/\(behaviour.rawValue)"
    }

    /// Waits until somebody has announced to it as a tracker.
    public func announced(to behaviour: Behaviour) async throws {
        _ = try await process.line(containing: "asked for /announce/\(behaviour.rawValue)?")
    }

    /// What it was asked so far: the head of each request, with control characters as `\r` or `\x01`.
    public var requests: [String] {
        get async {
            await process.output.split(separator: "\n").filter { $0.hasPrefix("request ") }
                .map(String.init)
        }
    }

    /// Waits until somebody has asked for it, for what begins with `path`.
    public func asked(for behaviour: Behaviour, _ path: String) async throws {
        _ = try await process.line(containing: "asked for /\(behaviour.rawValue)/\(path)")
    }

    /// Runs it while `body` does.
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
