import Foundation
import LinuxSystem
import SystemPackage

/// A script for Python that serves the API of an origin on one port, and files on another one. It prints a line for each
/// request (see file_server.py).
struct OriginScript: Sendable {
    let port: UInt16
    let process: RunningProcess

    /// The requests so far, in order.
    var requests: [OriginRequest] {
        get async {
            await process.output.split(separator: "\n").compactMap { OriginRequest(line: $0) }
        }
    }

    /// Runs the script `name` of this folder, which serves what is in `folder`, while `body` runs.
    static func serving<Value: Sendable>(
        _ name: String, _ folder: FilePath, _ body: @Sendable (OriginScript) async throws -> Value
    ) async throws -> Value {
        let (port, other) = (try FreePort.any(), try FreePort.any())
        let script = Package.root.appending("Tests/PeerFixtures").appending(name)
        let command = try Command(
            installed: "python3", package: "python3",
            [script.string, "\(port)", "\(other)", folder.string])
        return try await RunningProcess.with(command) { process in
            _ = try await process.line(containing: "ready")
            return try await body(OriginScript(port: port, process: process))
        }.value
    }
}

/// A request that one of the servers of an origin has answered.
public struct OriginRequest: Sendable {
    /// `hub` or `records`, or else `cdn` or `node` for the server of files.
    public let server: String
    public let status: Int
    public let path: String
    /// `-` if there was none.
    public let authorization: String

    /// nil if the line is about something else.
    init?(line: Substring) {
        let halves = line.components(separatedBy: " | ")
        let words = halves[0].split(separator: " ").map(String.init)
        guard halves.count == 2, words.count == 5, words[0] == "request",
            let status = Int(words[2])
        else { return nil }
        (server, self.status, path, authorization) = (words[1], status, words[4], halves[1])
    }

    /// True if it is for the content of a file of a record.
    public var isContent: Bool {
        path.hasSuffix("/content") || path.contains("/datafile/") || server == "node"
    }
}
