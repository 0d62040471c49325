import Foundation
import LinuxSystem
import SystemPackage

/// rsync as a server on its own port of loopback.
public struct RsyncServer: Sendable {
    private let port: UInt16
    private let log: FilePath

    /// The bytes that it has sent of the file `name`, for each time, without what the client had already.
    public func bytesSent(of name: String) throws -> [Int] {
        try String(decoding: Data(contentsOf: URL(filePath: log.string)), as: UTF8.self)
            .split(separator: "\n").compactMap {
                line in
                let words = line.split(separator: " ")
                guard line.contains("sent "), line.contains(name), let last = words.last else {
                    return nil
                }
                return Int(last)
            }
    }

    /// The user of the module "closed", and the password.
    public static let user = "me"
    public static let password = "s3cret-word"

    /// The URI of a path in the module `module`.
    public func uri(_ path: String, in module: String = "open", user: String? = nil) -> String {
        "rsync://\(user.map { "\($0)@" } ?? "")127.0.0.1:\(port)/\(module)/\(path)"
    }

    /// Serves the files below `folder` while `body` runs: as the module "open" to all, and as "closed" to the user.
    /// Stores its own files in `state`.
    public static func serving<Value: Sendable>(
        _ folder: FilePath, state: FilePath,
        _ body: @Sendable (RsyncServer) async throws -> Value
    ) async throws -> Value {
        let server = RsyncServer(port: try FreePort.any(), log: state.appending("rsyncd.log"))
        let secrets = state.appending("rsyncd.secrets")
        try Script.write("\(user):\(password)\n", to: secrets, mode: 0o600)
        let configuration = state.appending("rsyncd.conf")
        try """
        port = \(server.port)
        address = 127.0.0.1
        use chroot = no
        log file = \(server.log)
        transfer logging = yes
        log format = sent %f %b
        [open]
        path = \(folder)
        [closed]
        path = \(folder)
        auth users = \(user)
        secrets file = \(secrets)

        """.write(toFile: configuration.string, atomically: true, encoding: .utf8)
        let command = try Command(
            installed: "rsync", package: "rsync",
            ["--daemon", "--no-detach", "--config=\(configuration)"])
        return try await RunningProcess.with(command) { _ in
            try await Patience.until { Connection.isAccepted(port: server.port) ? () : nil }
            return try await body(server)
        }.value
    }
}
