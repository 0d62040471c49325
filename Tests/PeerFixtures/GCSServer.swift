import LinuxSystem
import SystemPackage

/// A server of Google Cloud Storage on its own port of loopback: gcp-storage-emulator in PyPI. It requires no
/// credentials.
public struct GCSServer: Sendable {
    private let port: UInt16

    /// The variables of rclone for this server.
    public var environment: [String: String] {
        ["RCLONE_GCS_ENDPOINT": "http://127.0.0.1:\(port)/storage/v1/"]
    }

    /// Serves the empty bucket "bucket" while `body` runs.
    public static func serving<Value: Sendable>(
        _ body: @Sendable (GCSServer) async throws -> Value
    ) async throws -> Value {
        let server = GCSServer(port: try FreePort.any())
        let program = try await PyPIProgram.folder(of: "gcp-storage-emulator")
        let command = try Command(
            installed: "python3", package: "python3",
            [
                "-m", "gcp_storage_emulator", "start", "--host=127.0.0.1",
                "--port=\(server.port)", "--in-memory", "--default-bucket=bucket",
            ], environment: ["PYTHONPATH": program.string])
        return try await RunningProcess.with(command) { _ in
            try await Patience.until { Connection.isAccepted(port: server.port) ? () : nil }
            return try await body(server)
        }.value
    }

    /// Stores a file in the bucket.
    public func upload(_ file: FilePath, as name: String) async throws {
        let command = try Command(
            installed: "curl", package: "curl",
            [
                "--silent", "--fail", "--data-binary", "@\(file)",
                "http://127.0.0.1:\(port)/upload/storage/v1/b/bucket/o?uploadType=media&name=\(name)",
            ])
        let ended = try await command.run()
        guard ended.status.isSuccess else { throw FixtureError("the upload failed: \(ended)") }
    }
}
