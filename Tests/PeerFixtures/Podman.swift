import SystemPackage

/// Debian 13's podman, without images and containers at first.
public struct Podman: Sendable {
    /// A folder that podman sees as ``inside``.
    public let folder: FilePath
    private let path: String

    /// The name of ``folder`` for podman.
    public static let inside = FilePath("/run/pierdat")

    /// Provides podman in the network of `host` while `body` runs. Afterwards its containers are gone. Only for a host of
    /// a network that is removed after the test.
    public static func running<Value: Sendable>(
        on host: Host, in folder: FilePath, _ body: @Sendable (Podman) async throws -> Value
    ) async throws -> Value {
        try await ScriptedEngine.running(
            "podman", announcing: ["PATH", "PODMAN_FOLDER"], on: host, in: folder
        ) { environment in
            guard let path = environment["PATH"], let folder = environment["PODMAN_FOLDER"] else {
                throw FixtureError("scripts/podman announces no folder: \(environment)")
            }
            return try await body(Podman(folder: FilePath(folder), path: path))
        }
    }

    /// A command of podman.
    public func command(_ arguments: [String]) -> Command {
        Command("/usr/bin/env", ["podman"] + arguments, environment: ["PATH": path])
    }

    /// A command of another program of its package.
    public func command(beside arguments: [String]) -> Command {
        Command("/usr/bin/env", ["beside-podman"] + arguments, environment: ["PATH": path])
    }

    /// Runs podman and returns its output. Throws if it fails.
    @discardableResult
    public func podman(_ arguments: String...) async throws -> String {
        try await podman(arguments)
    }

    /// The same with an array of arguments.
    @discardableResult
    public func podman(_ arguments: [String]) async throws -> String {
        let ended = try await command(arguments).run()
        guard ended.status.isSuccess else {
            throw FixtureError("podman \(arguments.joined(separator: " ")): \(ended)")
        }
        return ended.output.trimmingSuffix { $0 == "\n" }
    }
}

extension String {
    fileprivate func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> String {
        var text = self[...]
        while let last = text.last, isTrimmed(last) { text.removeLast() }
        return String(text)
    }
}
