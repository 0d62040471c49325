import Foundation
import LinuxSystem
import SystemPackage

/// Two web servers whose answers a test chooses (see scripted-server.py), for what no real server does.
public struct ScriptedServer: Sendable {
    /// The port of the first server.
    public let port: UInt16
    /// The port of the second one.
    public let otherPort: UInt16
    private let answers: FilePath
    private let process: RunningProcess

    /// An answer to requests for a path.
    public struct Answer: Encodable, Sendable {
        var status: Int
        var fields: [String: String]
        var base64: String
        /// Requests with this Authorization field get the answer of the path with ` ok` at its end.
        var unless: String?
        /// In seconds, before the answer.
        var pause = 0

        public init(
            _ body: Data = Data(), status: Int = 200, fields: [String: String] = [:],
            unless: String? = nil, pause: Int = 0
        ) {
            self.pause = pause
            self.status = status
            self.fields = fields
            base64 = body.base64EncodedString()
            self.unless = unless
        }
    }

    /// A request that one of the servers has answered.
    public struct Request: Sendable {
        public let port: UInt16
        public let status: Int
        public let path: String
        /// `-` if there was none.
        public let authorization: String
    }

    /// The requests so far, in order.
    public var requests: [Request] {
        get async {
            await process.output.split(separator: "\n").compactMap { line in
                let halves = line.components(separatedBy: " | ")
                let words = halves[0].split(separator: " ").map(String.init)
                guard halves.count == 2, words.count == 4, words[0] == "request",
                    let port = UInt16(words[1]), let status = Int(words[2])
                else { return nil }
                return Request(port: port, status: status, path: words[3], authorization: halves[1])
            }
        }
    }

    /// What the servers answer from now on, by path.
    public func answer(_ all: [String: Answer]) throws {
        try JSONEncoder().encode(all).write(to: URL(filePath: answers.string), options: .atomic)
    }

    /// Runs the servers while `body` runs.
    public static func serving<Value: Sendable>(
        in folder: FilePath, _ body: @Sendable (ScriptedServer) async throws -> Value
    ) async throws -> Value {
        let (port, other) = (try FreePort.any(), try FreePort.any())
        let answers = folder.appending("answers.json")
        let script = Package.root.appending("Tests/PeerFixtures/scripted-server.py")
        let command = try Command(
            installed: "python3", package: "python3",
            [script.string, "\(port)", "\(other)", answers.string])
        return try await RunningProcess.with(command) { process in
            _ = try await process.line(containing: "ready")
            return try await body(
                ScriptedServer(port: port, otherPort: other, answers: answers, process: process))
        }.value
    }
}
