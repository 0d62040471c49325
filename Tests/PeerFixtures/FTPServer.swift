import LinuxSystem
import SystemPackage

/// An FTP server on its own port of loopback (see ftp-server.py).
public struct FTPServer: Sendable {
    private let port: Substring

    /// The URL of a file in the folder.
    public func url(_ name: String) -> String { "ftp://127.0.0.1:\(port)/\(name)" }

    /// Serves the files below `folder` while `body` runs.
    public static func serving<Value: Sendable>(
        _ folder: FilePath, _ body: @Sendable (FTPServer) async throws -> Value
    ) async throws -> Value {
        let script = Package.root.appending("Tests/PeerFixtures/ftp-server.py")
        let command = try Command(
            installed: "python3", package: "python3", [script.string, folder.string])
        return try await RunningProcess.with(command) { process in
            let line = try await process.line(containing: "port ")
            guard let port = line.split(separator: " ").last else {
                throw FixtureError("the FTP server did not print its port: \(line)")
            }
            return try await body(FTPServer(port: port))
        }.value
    }
}
