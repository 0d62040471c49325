import Backends
import Foundation
import PeerFixtures
import SystemPackage

/// A temporary folder of backends that are shell scripts.
final class BackendFolder: Sendable {
    let path: FilePath

    init() throws {
        path = FilePath(FileManager.default.temporaryDirectory.path).appending(
            "pierdat-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            atPath: path.string, withIntermediateDirectories: false)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path.string)
    }

    /// Adds a backend whose programs run these commands.
    func add(_ name: String, check: String = "true", get: String, verify: String? = nil) throws {
        try write("pierdat-check-\(name)", check)
        try write("pierdat-get-\(name)", get)
        if let verify { try write("pierdat-verify-\(name)", verify) }
    }

    /// Writes an executable script.
    func write(_ name: String, _ commands: String, permissions: Int = 0o755) throws {
        try Script.write(
            "#!/bin/sh\n\(commands)\n", to: path.appending(name), mode: permissions)
    }

    /// The contents of the file `name`. nil if it does not exist.
    func contents(_ name: String) -> String? {
        try? String(contentsOfFile: path.appending(name).string, encoding: .utf8)
    }

    /// All backends in the folder. "first" counts as built in.
    var backends: [Backend] {
        BackendDirectory(folders: [path], builtIn: ["first"]).backends()
    }
}
