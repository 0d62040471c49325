import Foundation
import LinuxSystem
import SystemPackage

/// A server with the API of the Hugging Face Hub (see hub.py), and a content delivery network on another port.
public struct HubServer: Sendable {
    public let port: UInt16
    private let process: RunningProcess

    /// The value of HF_ENDPOINT.
    public var endpoint: String { "http://127.0.0.1:\(port)" }

    /// A request that one of the servers has answered.
    public struct Request: Sendable {
        /// `hub` or `cdn`.
        public let server: String
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
                guard halves.count == 2, words.count == 5, words[0] == "request",
                    let status = Int(words[2])
                else { return nil }
                return Request(
                    server: words[1], status: status, path: words[4], authorization: halves[1])
            }
        }
    }

    /// Waits until a request that contains `text` has been answered.
    public func answered(_ text: String) async throws {
        _ = try await process.line(containing: text)
    }

    /// Serves the repositories in `folder` while `body` runs.
    public static func serving<Value: Sendable>(
        _ folder: FilePath, _ body: @Sendable (HubServer) async throws -> Value
    ) async throws -> Value {
        let (port, other) = (try FreePort.any(), try FreePort.any())
        let script = Package.root.appending("Tests/PeerFixtures/hub.py")
        let command = try Command(
            installed: "python3", package: "python3",
            [script.string, "\(port)", "\(other)", folder.string])
        return try await RunningProcess.with(command) { process in
            _ = try await process.line(containing: "ready")
            return try await body(HubServer(port: port, process: process))
        }.value
    }
}

/// The Hub's own client, a library for Python.
public enum HubClient {
    /// Downloads a repository from `endpoint` into `folder`, and returns the paths that the list of its files has.
    public static func download(
        _ repository: String, kind: String, from endpoint: String, into folder: FilePath,
        home: FilePath
    ) async throws -> [String] {
        let library = try await PyPIProgram.folder(of: "huggingface-hub")
        let program = """
            import sys
            from huggingface_hub import HfApi, snapshot_download
            name, kind, folder = sys.argv[1:]
            snapshot_download(name, repo_type=kind, local_dir=folder)
            for entry in HfApi().list_repo_tree(name, repo_type=kind, recursive=True):
                if hasattr(entry, "blob_id"):
                    print(entry.path)
            """
        let ended = try await Command(
            installed: "python3", package: "python3",
            ["-c", program, repository, kind, folder.string],
            environment: [
                "HF_ENDPOINT": endpoint, "HF_HOME": home.string, "HOME": home.string,
                "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_XET": "1",
                "PYTHONPATH": library.string,
            ]
        ).run()
        guard ended.status.isSuccess else { throw FixtureError("the client failed: \(ended)") }
        return ended.output.split(separator: "\n").map(String.init)
    }
}
