import Foundation
import Glibc
import LinuxSystem
import SystemPackage

/// A separate installation: a copy of the package's `root/` in a temporary folder.
public struct Overlay: Sendable {
    /// The folder that takes the place of `/`.
    public let prefix: FilePath
    /// The environment of its programs. They contact only peers that the test names, and the kernel
    /// chooses ports.
    public var environment = ["PIERDAT_DHT": "off", "PIERDAT_LSD": "off", "PIERDAT_PORT": "0"]

    /// The host of its programs.
    public var host = Host.loopback

    /// Copies `root/` to the new folder `prefix`. As for a ``Script``, no descriptor of this
    /// process writes to it.
    public init(_ prefix: FilePath) throws {
        self.prefix = prefix
        let root = Package.root.appending("root")
        guard access(root.appending("usr/bin/pierdat").string, X_OK) == 0 else {
            throw FixtureError("there is no \(root)/usr/bin/pierdat: run make root")
        }
        try Script.run("cp", "-RT", root.string, prefix.string)
    }

    /// The existing overlay at `prefix`.
    public init(at prefix: FilePath) {
        self.prefix = prefix
    }

    /// The same overlay with its programs on `host`.
    public func on(_ host: Host) -> Overlay {
        var overlay = self
        overlay.host = host
        return overlay
    }

    /// The same overlay with its scripts run by `shell`, an absolute path with arguments.
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

    /// A command of one of its programs.
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

    /// The same with an array of arguments.
    public func pierdat(_ arguments: [String]) async throws -> Ended {
        try await command("pierdat", arguments).run()
    }

    /// The path of its seed list.
    public var seedList: FilePath { prefix.appending("etc/pier.dat") }

    /// The contents of its seed list, byte for byte.
    public var seedListContents: Data {
        get throws { try Data(contentsOf: URL(filePath: seedList.string)) }
    }

    /// The lines of its seed list without blank lines and comments.
    public var seedLines: [String] {
        get throws {
            try String(decoding: seedListContents, as: UTF8.self).split(separator: "\n").map(
                String.init
            )
            .filter { !$0.hasPrefix("#") }
        }
    }

    /// The path of its saved .torrent for `torrent`.
    public func saved(_ torrent: TorrentFile) -> FilePath {
        prefix.appending("var/lib/pierdat/\(torrent.key).torrent")
    }
}

/// This package's folder.
public enum Package {
    public static var root: FilePath {
        FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    }

    /// The contents of a file in the package.
    public static func text(of name: String) throws -> String {
        try String(contentsOfFile: root.pushing(FilePath(name)).string, encoding: .utf8)
    }

    /// The files, without links, below a folder of the package.
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
