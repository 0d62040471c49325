import Foundation
import Subprocess
import SystemPackage

/// A real Docker engine: the one that `make test` has started, or the machine's own.
public struct DockerEngine: Sendable {
    static let variables: Set = ["PATH", "HOME", "DOCKER_HOST", "DOCKER_CONFIG"]
    /// What its client needs to find it.
    public let environment: [String: String]

    /// One that is known to answer.
    init(environment: [String: String]) {
        self.environment = environment
    }

    /// Throws when no engine answers.
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

    /// The command of its client.
    public func command(_ arguments: String...) -> Command {
        Command("/usr/bin/env", ["docker"] + arguments, environment: environment)
    }

    /// Runs its client, and throws when that fails. Returns its output.
    @discardableResult
    public func docker(_ arguments: String...) async throws -> String {
        var command = command()
        command.arguments += arguments
        return try await succeed(command)
    }

    /// The command of one of the package's scripts, which finds the engine.
    public func script(
        _ name: String, _ arguments: [String] = [], environment: [String: String] = [:]
    ) -> Command {
        Command(
            Package.root.appending("scripts").appending(name), arguments,
            environment: self.environment.merging(environment) { $1 })
    }

    /// A base image whose containers find nobody but those they are told of.
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

/// The base images that `scripts/base-image` makes without a registry.
public enum DockerBase: String, Sendable, CaseIterable {
    /// `debian` is Debian 12.
    case debian, debian13, busybox, empty
}
