import Foundation
import LinuxSystem
import SystemPackage

/// A git repository with a work tree. The commands of git see no settings of this machine.
public struct GitRepository: Sendable {
    public let path: FilePath
    private let home: FilePath

    /// Creates an empty repository with the branch "main" at `path`.
    public init(at path: FilePath, home: FilePath) async throws {
        self.path = path
        self.home = home
        try FileManager.default.createDirectory(
            atPath: path.string, withIntermediateDirectories: true)
        try await git("init", "--quiet", "--initial-branch=main")
    }

    /// Runs git and returns its output. Throws if it fails.
    @discardableResult
    public func git(_ arguments: String...) async throws -> String {
        let author = ["user.name=a", "user.email=a@localhost"].flatMap { ["-c", $0] }
        let command = try Command(
            installed: "git", package: "git", ["-C", path.string] + author + arguments,
            environment: ["HOME": home.string, "GIT_CONFIG_NOSYSTEM": "1"])
        let ended = try await command.run()
        guard ended.status.isSuccess else { throw FixtureError("git \(arguments): \(ended)") }
        return ended.output.trimmingCharacters(in: .newlines)
    }

    /// Commits all files and returns the hash. A web server can then send the repository's files.
    public func commit() async throws -> String {
        try await git("add", "--all")
        try await git("commit", "--quiet", "--message", "a commit")
        try await git("update-server-info")
        return try await git("rev-parse", "HEAD")
    }

    /// git daemon on its own port of loopback, which serves the repositories in `folder` while `body` runs with the
    /// beginning of their URLs.
    public static func serving<Value: Sendable>(
        _ folder: FilePath, _ body: @Sendable (String) async throws -> Value
    ) async throws -> Value {
        let port = try FreePort.any()
        let command = try Command(
            installed: "git", package: "git",
            [
                "-c", "safe.directory=*", "daemon", "--export-all", "--listen=127.0.0.1",
                "--port=\(port)", "--base-path=\(folder)", folder.string,
            ])
        return try await RunningProcess.with(command) { _ in
            try await Patience.until { Connection.isAccepted(port: port) ? () : nil }
            return try await body("git://127.0.0.1:\(port)/")
        }.value
    }
}
