import Foundation
import LinuxSystem
import SystemPackage

/// A server with the API of the Hugging Face Hub (see hub.py), and a content delivery network on another port.
public struct HubServer: Sendable {
    private let script: OriginScript

    public var port: UInt16 { script.port }

    /// The value of HF_ENDPOINT.
    public var endpoint: String { "http://127.0.0.1:\(port)" }

    /// The requests so far, in order.
    public var requests: [OriginRequest] { get async { await script.requests } }

    /// Waits until a request that contains `text` has been answered.
    public func answered(_ text: String) async throws {
        _ = try await script.process.line(containing: text)
    }

    /// Serves the repositories in `folder` while `body` runs.
    public static func serving<Value: Sendable>(
        _ folder: FilePath, _ body: @Sendable (HubServer) async throws -> Value
    ) async throws -> Value {
        try await OriginScript.serving("hub.py", folder) { try await body(HubServer(script: $0)) }
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
