import LinuxSystem
import SystemPackage

/// An S3 server on its own port of loopback: "rclone serve s3" of the program in PyPI.
public struct S3Server: Sendable {
    let port: UInt16
    let isOpen: Bool

    public static let key = "AKIAPIERDAT"
    public static let secret = "s3cret/Key+word"

    /// The standard variables of a client: with the right credentials, or none if the server needs none.
    public var environment: [String: String] {
        var environment = ["AWS_ENDPOINT_URL_S3": "http://127.0.0.1:\(port)"]
        if !isOpen {
            environment["AWS_ACCESS_KEY_ID"] = Self.key
            environment["AWS_SECRET_ACCESS_KEY"] = Self.secret
        }
        return environment
    }

    /// Serves each folder in `folder` as a bucket while `body` runs. `isOpen`: to everybody.
    public static func serving<Value: Sendable>(
        _ folder: FilePath, isOpen: Bool = false,
        _ body: @Sendable (S3Server) async throws -> Value
    ) async throws -> Value {
        let server = S3Server(port: try FreePort.any(), isOpen: isOpen)
        let rclone = try await PyPIProgram.folder(of: "rclone").appending("bin/rclone")
        let access = isOpen ? [] : ["--auth-key", "\(key),\(secret)"]
        let command = Command(
            rclone,
            ["serve", "s3", "--addr", "127.0.0.1:\(server.port)"] + access + [folder.string],
            environment: ["RCLONE_CONFIG": "/dev/null"])
        return try await RunningProcess.with(command) { _ in
            try await Patience.until { Connection.isAccepted(port: server.port) ? () : nil }
            return try await body(server)
        }.value
    }
}
