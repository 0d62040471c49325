import Foundation
import LinuxSystem
import SystemPackage

/// A real IPFS node with some data, and a trustless gateway for its blocks, which misbehaves as the query of its URL
/// says (see ipfs-gateway.py).
public struct IPFSNode: Sendable {
    /// How a file becomes blocks.
    public enum Form: String, Sendable {
        /// As `ipfs add` does: version 0, each leaf in a dag-pb block.
        case standard = "default"
        /// As `ipfs add --raw-leaves` does: version 1, each leaf a raw block.
        case rawLeaves = "raw"
        /// Not the path, but a few blocks of a file of exabytes.
        case fileBomb = "file-bomb"
        /// Not the path, but a few blocks of a folder with a billion entries.
        case folderBomb = "folder-bomb"
        /// Not the path, but a few blocks of a sharded folder with a billion billion nodes and no entry.
        case shardBomb = "shard-bomb"
        /// A folder of files with the names of the lines of the file.
        case entries
    }

    public let port: UInt16
    /// In the order of the paths.
    public let cids: [String]
    /// How other nodes of this machine reach the node.
    public let peer: IPFSPeer
    private let process: RunningProcess

    /// The gateway, with a behaviour such as `wrong=1&times=2`.
    public func gateway(_ behaviour: String = "") -> String {
        "http://127.0.0.1:\(port)/" + (behaviour.isEmpty ? "" : "?\(behaviour)")
    }

    /// A request that the gateway has answered.
    public struct Request: Sendable {
        public let cid: String
        public let accept: String
        public let token: String
        /// The query.
        public let behaviour: String
    }

    /// The requests for blocks so far, in order.
    public var requests: [Request] {
        get async { await requests(for: "request") }
    }

    /// The requests for archives so far, in order.
    public var archives: [Request] {
        get async { await requests(for: "archive") }
    }

    private func requests(for kind: String) async -> [Request] {
        await process.output.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 5, words[0] == kind else { return nil }
            return Request(cid: words[1], accept: words[2], token: words[3], behaviour: words[4])
        }
    }

    /// Waits until the gateway has a request that contains `text`.
    public func asked(_ text: String) async throws {
        _ = try await process.line(containing: text)
    }

    /// Adds files or folders to a node with its repository at `state`, and serves them while `body` runs.
    public static func serving<Value: Sendable>(
        _ data: [(form: Form, path: FilePath)], state: FilePath,
        _ body: @Sendable (IPFSNode) async throws -> Value
    ) async throws -> Value {
        let library = try await KuboProgram.library()
        let port = try FreePort.any()
        let script = Package.root.appending("Tests/PeerFixtures/ipfs-gateway.py")
        let command = try Command(
            installed: "python3", package: "python3",
            [script.string, library.string, state.string, "\(port)"]
                + data.map { "\($0.form.rawValue):\($0.path)" })
        return try await RunningProcess.with(command) { process in
            _ = try await process.line(containing: "ready")
            let added = await process.output.split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ")
                return words.first == "added" ? String(words[1]) : nil
            }
            let peer = try await process.line(containing: "peer ").split(separator: " ")
            return try await body(
                IPFSNode(
                    port: port, cids: added,
                    peer: IPFSPeer(id: String(peer[1]), address: String(peer[2])),
                    process: process))
        }.value
    }
}

/// The name and the address by which nodes of IPFS connect.
public struct IPFSPeer: Sendable {
    public let id: String
    /// Without the name, such as `/ip4/127.0.0.1/tcp/4001`.
    public let address: String

    public init(id: String, address: String) {
        (self.id, self.address) = (id, address)
    }
}
