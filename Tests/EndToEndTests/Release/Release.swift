import Foundation
import PeerFixtures
import SystemPackage

/// A release made from the built overlay in a copy of the package.
enum Release {
    /// The time of everything in it: 31 January 2026.
    static let epoch = "1769860800"

    /// Makes a release in the new folder `tree` and returns the output folder.
    static func make(
        in tree: FilePath, umask: String = "022", _ environment: [String: String] = [:]
    ) async throws -> FilePath {
        let copy = """
            umask \(umask)
            mkdir -p "$1/.build/static" "$1/.build/debug"
            cp -R CHANGELOG.md LICENSE.txt README.md Package.resolved docs packaging patches scripts root "$1"
            (cd Sources && find . -maxdepth 1 -type d) | (mkdir "$1/Sources" && cd "$1/Sources" && xargs mkdir -p)
            cp Sources/ProductVersion/*.swift "$1/Sources/ProductVersion"
            ln -s "$PWD/.build/static/pierdat.map" "$1/.build/static/pierdat.map"
            ln -s "$PWD/.build/debug/pierdat-manual" "$1/.build/debug/pierdat-manual"
            cd "$1"
            scripts/release
            """
        let inherited = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let command = Command(
            "/usr/bin/env", ["-C", Package.root.string, "sh", "-euc", copy, "sh", tree.string],
            environment: inherited.merging(["SOURCE_DATE_EPOCH": epoch]) { $1 })
        let ended = try await command.run()
        guard ended.status.isSuccess else { throw FixtureError("no release: \(ended)") }
        return tree.appending("dist")
    }

    /// Runs a program, which must succeed, and returns its output.
    @discardableResult
    static func succeed(_ program: String, _ arguments: [String]) async throws -> String {
        let ended = try await Command(FilePath(program), arguments).run()
        guard ended.status.isSuccess else {
            throw FixtureError("\(program) \(arguments.joined(separator: " ")): \(ended)")
        }
        return ended.output
    }
}
