import Foundation
import Subprocess
import SystemPackage

/// A real Docker engine: the one started by `make test`, or the machine's own.
public struct DockerEngine: Sendable {
    static let variables: Set = ["PATH", "HOME", "DOCKER_HOST", "DOCKER_CONFIG"]
    /// The environment that the client needs to find the engine.
    public let environment: [String: String]

    /// An engine that is known to answer.
    init(environment: [String: String]) {
        self.environment = environment
    }

    /// Throws if no engine answers.
    public init() async throws {
        environment = ProcessInfo.processInfo.environment.filter {
            Self.variables.contains($0.key)
        }
        let ended = try await command("buildx", "version").run()
        guard ended.status.isSuccess, try await command("version").run().status.isSuccess else {
            throw FixtureError(
                "no Docker engine with buildx answers; `make test` starts one, "
                    + "as does scripts/docker-engine run swift test")
        }
    }

    /// A command of its client.
    public func command(_ arguments: String...) -> Command {
        Command("/usr/bin/env", ["docker"] + arguments, environment: environment)
    }

    /// Runs its client and returns the output. Throws if that fails.
    @discardableResult
    public func docker(_ arguments: String...) async throws -> String {
        var command = command()
        command.arguments += arguments
        return try await succeed(command)
    }

    /// A command of one of the package's scripts, which uses the engine.
    public func script(
        _ name: String, _ arguments: [String] = [], environment: [String: String] = [:]
    ) -> Command {
        Command(
            Package.root.appending("scripts").appending(name), arguments,
            environment: self.environment.merging(environment) { $1 })
    }

    /// A base image whose containers contact only the peers that they are given.
    public func base(_ base: DockerBase) async throws -> String {
        let variables = ["PIERDAT_DHT=off", "PIERDAT_LSD=off", "PIERDAT_PORT=0"]
        return try await succeed(script("base-image", [base.rawValue] + variables))
    }

    private func succeed(_ command: Command) async throws -> String {
        let ended = try await command.run()
        guard ended.status.isSuccess else {
            throw FixtureError("\(command.arguments.joined(separator: " ")): \(ended)")
        }
        return ended.output.trimmingCharacters(in: .newlines)
    }
}

/// The base images that `scripts/base-image` creates without a registry.
public enum DockerBase: String, Sendable, CaseIterable {
    /// `debian` is Debian 12.
    case debian, debian13, busybox, empty
}
