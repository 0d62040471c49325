import Foundation
import LinuxSystem
import SystemPackage

/// A web server that misbehaves as the query of a URL says (see origin.py). Real servers do not misbehave on
/// demand, so this is a small program of our own.
public struct Origin: Sendable {
    public let port: UInt16
    private let process: RunningProcess

    /// The URL of a file, with a behaviour such as `cut=1000&times=2`.
    public func url(_ name: String, _ behaviour: String = "") -> String {
        "http://127.0.0.1:\(port)/\(name)" + (behaviour.isEmpty ? "" : "?\(behaviour)")
    }

    /// A request that the server has answered.
    public struct Request: Sendable {
        public let status: Int
        public let path: String
        public let range: String
        public let ifRange: String
        public let authorization: String
        public let token: String
    }

    /// The requests so far, in order.
    public var requests: [Request] {
        get async {
            await process.output.split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ", maxSplits: 3).map(String.init)
                guard words.count == 4, words[0] == "request", let status = Int(words[1]) else {
                    return nil
                }
                let fields = words[3].components(separatedBy: " | ")
                return Request(
                    status: status, path: words[2], range: fields[0], ifRange: fields[1],
                    authorization: fields[2], token: fields[3])
            }
        }
    }

    /// Waits until a request that contains `text` has been answered.
    public func answered(_ text: String) async throws {
        _ = try await process.line(containing: text)
    }

    /// Serves the files below `folder` while `body` runs.
    public static func serving<Value: Sendable>(
        _ folder: FilePath, _ body: @Sendable (Origin) async throws -> Value
    ) async throws -> Value {
        let port = try FreePort.any()
        let script = Package.root.appending("Tests/PeerFixtures/origin.py")
        let command = try Command(
            installed: "python3", package: "python3", [script.string, "\(port)", folder.string])
        return try await RunningProcess.with(command) { process in
            _ = try await process.line(containing: "ready")
            return try await body(Origin(port: port, process: process))
        }.value
    }
}
