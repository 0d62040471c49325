import Glibc
import LinuxSystem
import PeerFixtures
import SystemPackage

/// An overlay in a temporary folder, with its `pierdatd`.
final class Site {
    let folder: TemporaryFolder
    let overlay: Overlay

    init() throws {
        folder = try TemporaryFolder()
        overlay = try Overlay(folder.path.appending("root"))
    }

    /// Creates the overlay in a subfolder of the temporary folder.
    init(under path: FilePath) throws {
        folder = try TemporaryFolder()
        let parent = folder.path.pushing(path)
        try Folder.make(parent)
        overlay = try Overlay(parent.appending("root"))
    }

    /// Replaces the seed list atomically.
    func seed(_ lines: String...) throws {
        try seed(lines)
    }

    func seed(_ lines: [String]) throws {
        let text = lines.map { $0 + "\n" }.joined()
        try AtomicFile.write(Array(text.utf8), to: overlay.seedList)
    }

    /// Writes an executable script and returns its path, for the seed list.
    func script(_ name: String, _ text: String) throws -> String {
        let path = folder.path.appending(name)
        try Script.write("#!/bin/sh\n\(text)\n", to: path)
        return path.string
    }

    /// Starts `pierdatd OPTIONS -- COMMAND`, through a wrapper if there is one.
    func start(
        _ options: [String] = [], command: [String] = [], in place: Place = .subreaper,
        environment: [String: String] = [:], wrapper: [String] = [],
        input: CInt? = nil, output: CInt? = nil, errors: CInt? = nil
    ) throws -> Daemon {
        let program = overlay.prefix.appending("usr/bin/pierdatd").string
        let words = wrapper + [program] + options + (command.isEmpty ? [] : ["--"] + command)
        return try Daemon(
            words, in: place, environment: environment, input: input, output: output, errors: errors
        )
    }

    /// Starts `pierdatd -- sh -c SCRIPT`.
    func start(
        _ options: [String] = [], script: String, in place: Place = .subreaper,
        environment: [String: String] = [:], wrapper: [String] = []
    ) throws -> Daemon {
        try start(
            options, command: ["sh", "-c", script], in: place, environment: environment,
            wrapper: wrapper)
    }
}
