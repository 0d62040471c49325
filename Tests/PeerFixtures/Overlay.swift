import Foundation
import Glibc
import LinuxSystem
import SystemPackage

/// An installation of its own: a copy of the package's `root/` in a folder of a test's.
public struct Overlay: Sendable {
    /// The folder that stands for `/`.
    public let prefix: FilePath
    /// Of every program of it. Nothing is found but what a test names, and ports are the kernel's.
    public var environment = ["PIERDAT_DHT": "off", "PIERDAT_LSD": "off", "PIERDAT_PORT": "0"]

    /// What its programs run on.
    public var host = Host.loopback

    /// Copies `root/` to `prefix`, which is made. As with a ``Script``, no descriptor of ours writes.
    public init(_ prefix: FilePath) throws {
        self.prefix = prefix
        let root = Package.root.appending("root")
        guard access(root.appending("usr/bin/pierdat").string, X_OK) == 0 else {
            throw FixtureError("there is no \(root)/usr/bin/pierdat: run make root")
        }
        try Script.run("cp", "-RT", root.string, prefix.string)
    }

    /// The one that was made at `prefix`.
    public init(at prefix: FilePath) {
        self.prefix = prefix
    }

    /// The same overlay, whose programs run on `host`.
    public func on(_ host: Host) -> Overlay {
        var overlay = self
        overlay.host = host
        return overlay
    }

    /// The same overlay, whose scripts are now run by `shell`, given by its absolute path and arguments.
    public func withScripts(runBy shell: [String]) throws -> Overlay {
        for folder in ["usr/bin", "usr/lib/pierdat"].map(prefix.appending) {
            for name in try FileManager.default.contentsOfDirectory(atPath: folder.string) {
                let file = URL(filePath: folder.appending(name).string)
                let script = try Data(contentsOf: file)
                let first = Data("#!/bin/sh\n".utf8)
                guard script.starts(with: first) else { continue }
                let changed =
                    Data("#!\(shell.joined(separator: " "))\n".utf8) + script.dropFirst(first.count)
                try Script.write(changed, to: folder.appending(name))
            }
        }
        return self
    }

    /// The command of one of its programs.
    public func command(_ program: String, _ arguments: String...) -> Command {
        command(program, arguments)
    }

    private func command(_ program: String, _ arguments: [String]) -> Command {
        let program = prefix.appending("usr/bin").appending(program)
        return host.command(Command(program, arguments, environment: environment))
    }

    /// Runs `pierdat` to its end.
    public func pierdat(_ arguments: String...) async throws -> Ended {
        try await pierdat(arguments)
    }

    /// The same with an array of them.
    public func pierdat(_ arguments: [String]) async throws -> Ended {
        try await command("pierdat", arguments).run()
    }

    /// Its seed list.
    public var seedList: FilePath { prefix.appending("etc/pier.dat") }

    /// What stands on its seed list, byte for byte.
    public var seedListContents: Data {
        get throws { try Data(contentsOf: URL(filePath: seedList.string)) }
    }

    /// The lines of its seed list, but for blanks and comments.
    public var seedLines: [String] {
        get throws {
            try String(decoding: seedListContents, as: UTF8.self).split(separator: "\n").map(
                String.init
            )
            .filter { !$0.hasPrefix("#") }
        }
    }

    /// The torrent that it has saved for `torrent`.
    public func saved(_ torrent: TorrentFile) -> FilePath {
        prefix.appending("var/lib/pierdat/\(torrent.key).torrent")
    }
}

/// This package's folder.
public enum Package {
    public static var root: FilePath {
        FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    }

    /// What a file in it says.
    public static func text(of name: String) throws -> String {
        try String(contentsOfFile: root.pushing(FilePath(name)).string, encoding: .utf8)
    }

    /// The files, but no links, below a folder in it.
    public static func files(below name: String) throws -> [FilePath] {
        let folder = root.appending(name)
        let manager = FileManager.default
        return try manager.subpathsOfDirectory(atPath: folder.string).map(folder.appending)
            .filter {
                try manager.attributesOfItem(atPath: $0.string)[.type] as? FileAttributeType
                    == .typeRegular
            }
    }
}
