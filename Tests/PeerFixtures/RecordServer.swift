import Foundation
import LinuxSystem
import SystemPackage

/// A server with the APIs of Zenodo, Dataverse and the Internet Archive for one record (see records.py), and a server of
/// files on another port.
public struct RecordServer: Sendable {
    /// Whose API is used.
    public enum Kind: String, CaseIterable, Sendable {
        case zenodo, dataverse, archive
    }

    public let port: UInt16
    private let process: RunningProcess

    /// The URI of the record.
    public func uri(_ kind: Kind) -> String {
        switch kind {
        case .zenodo: "zenodo://127.0.0.1:\(port)/123"
        case .dataverse: "dataverse:127.0.0.1:\(port)/doi:10.5072/FK2/ABCDEF@1.0"
        case .archive: "archive://127.0.0.1:\(port)/item"
        }
    }

    /// A request that one of the servers has answered.
    public struct Request: Sendable {
        /// `records` or `node`.
        public let server: String
        public let status: Int
        public let path: String
        /// `-` if there was none.
        public let authorization: String

        /// It is for the content of a file.
        public var isContent: Bool {
            path.hasSuffix("/content") || path.contains("/datafile/") || server == "node"
        }
    }

    /// The requests so far, in order.
    public var requests: [Request] {
        get async {
            await process.output.split(separator: "\n").compactMap { line in
                let halves = line.components(separatedBy: " | ")
                let words = halves[0].split(separator: " ").map(String.init)
                guard halves.count == 2, words.count == 5, words[0] == "request",
                    let status = Int(words[2])
                else { return nil }
                return Request(
                    server: words[1], status: status, path: words[4], authorization: halves[1])
            }
        }
    }

    /// Serves the record in `folder` while `body` runs.
    public static func serving<Value: Sendable>(
        _ folder: FilePath, _ body: @Sendable (RecordServer) async throws -> Value
    ) async throws -> Value {
        let (port, other) = (try FreePort.any(), try FreePort.any())
        let script = Package.root.appending("Tests/PeerFixtures/records.py")
        let command = try Command(
            installed: "python3", package: "python3",
            [script.string, "\(port)", "\(other)", folder.string])
        return try await RunningProcess.with(command) { process in
            _ = try await process.line(containing: "ready")
            return try await body(RecordServer(port: port, process: process))
        }.value
    }
}
