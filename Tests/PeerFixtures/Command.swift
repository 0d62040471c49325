import Glibc
import Subprocess
import SystemPackage

/// A program with its arguments and environment. It inherits nothing from the test's environment.
public struct Command: Sendable {
    public var program: FilePath
    public var arguments: [String]
    public var environment: [String: String]

    private static let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    public init(_ program: FilePath, _ arguments: [String], environment: [String: String] = [:]) {
        self.program = program
        self.arguments = arguments
        self.environment = ["PATH": Self.path, "LANG": "C.UTF-8"].merging(environment) { $1 }
    }

    /// A program from Debian's `package`.
    public init(
        installed name: String, package: String, _ arguments: [String],
        environment: [String: String] = [:]
    ) throws {
        let places = Self.path.split(separator: ":").map { FilePath(String($0)).appending(name) }
        guard let program = places.first(where: { access($0.string, X_OK) == 0 }) else {
            throw FixtureError(
                "\(name) is missing; install Debian's package \(package), as `make test` does")
        }
        self.init(program, arguments, environment: environment)
    }

    /// The same command, started by `program`, which takes a command line after its own
    /// `arguments`.
    public func started(by program: FilePath, _ arguments: [String]) -> Command {
        var command = self
        command.program = program
        command.arguments = arguments + [self.program.string] + self.arguments
        return command
    }

    /// Runs the command to its end with empty input.
    public func run() async throws -> Ended {
        let result = try await Subprocess.run(
            configuration, output: .string(limit: 1 << 24), error: .string(limit: 1 << 24))
        return Ended(
            status: result.terminationStatus, output: result.standardOutput,
            errors: result.standardError)
    }

    /// When the test is cancelled, the program is stopped with all processes it has started.
    var configuration: Configuration {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = Self.end
        return Configuration(
            executable: .path(program), arguments: Arguments(arguments),
            environment: .custom(
                Dictionary(
                    uniqueKeysWithValues: environment.compactMap { name, value in
                        Environment.Key(rawValue: name).map { ($0, value) }
                    })),
            platformOptions: options)
    }

    /// How a program is stopped.
    static let end = [
        TeardownStep.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(5))
    ]
}

/// The exit status and output of a program.
public struct Ended: Sendable, CustomStringConvertible {
    public let status: TerminationStatus
    public let output: String
    public let errors: String

    public var description: String { "\(status)\n\(output)\(errors)" }
}
