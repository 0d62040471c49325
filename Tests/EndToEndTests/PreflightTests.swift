import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Machines that are not ready", .timeLimit(.minutes(3)))
struct PreflightTests {
    private let machine: Machine

    init() throws {
        machine = try Machine()
    }

    @Test(
        "make reports that Swift is missing before it does anything",
        arguments: ["root", "demo", "release"])
    func noSwift(target: String) async throws {
        let ended = try await machine.make(target).run()
        try machine.expect(ended, toSay: ["Swift is missing: install Swift 6.3"])
    }

    @Test("make reports that Swift is too old, and where it is")
    func oldSwift() async throws {
        let swift = machine.programs.appending("swift")
        try Script.write("#!/bin/sh\necho 'Swift version 5.9.2 (swift-5.9.2-RELEASE)'\n", to: swift)
        let ended = try await machine.make("setup").run()
        try machine.expect(ended, toSay: ["Swift is version 5.9, \(swift): install Swift 6.3"])
    }

    @Test("make lists the missing packages if there is no apt-get")
    func noApt() async throws {
        let make = try machine.make("setup", hasSwift: true, hasPackages: false)
        let ended = try await make.run()
        try machine.expect(
            ended, toSay: ["There is no apt-get to install", " cmake ", "Use Debian 12"])
    }

    @Test("make reports that only root can install packages if there is no sudo")
    func notRoot() async throws {
        try machine.addProgram("apt-get")
        let make = try machine.make("lint", hasSwift: true, hasPackages: false).as("nobody")
        let ended = try await make.run()
        try machine.expect(
            ended,
            toSay: ["You are not root, there is no sudo", " shellcheck.", "Install them as root"])
    }

    @Test("make reports everything that is missing in one message")
    func everything() async throws {
        let make = try machine.make("test", hasPackages: false).as("nobody")
        let ended = try await make.run()
        try machine.expect(
            ended,
            toSay: [
                "- Swift is missing", "- There is no apt-get", " cmake ", " zsh.",
                "- You are not root: the tests make network namespaces", "docker buildx build",
            ])
    }

    @Test("make reports a lack of disk space, where, and how much is needed")
    func littleDisk() async throws {
        let cache = try machine.folder.make("cache")
        let make = try machine.make("setup", hasSwift: true, cache: cache)
            .withTemporaryFileSystem(at: cache, size: "5m")
        let ended = try await make.run()
        try machine.expect(
            ended, toSay: ["too little disk space: \(cache)", "needs 1000 MB", "XDG_CACHE_HOME"])
    }

    @Test(
        "make reports that only root can start a Docker engine if there is none",
        arguments: ["demo-docker", "image-test"])
    func noEngine(target: String) async throws {
        let ended = try await machine.make(target, hasSwift: true).as("nobody").run()
        try machine.expect(
            ended, toSay: ["There is no Docker engine of version 23", "Run it as root"])
    }

    @Test("make reports nothing on a machine that is ready", arguments: ["build", "docker"])
    func ready(purpose: String) async throws {
        let ended = try await machine.preflight(purpose).run()
        #expect(ended.status == .exited(0) && ended.output + ended.errors == "", "\(ended)")
    }
}

/// A clone of this package on a machine with the programs of this one, except those needed for building.
private struct Machine {
    let folder: TemporaryFolder
    /// The folder on PATH.
    let programs: FilePath
    private let tree: FilePath

    init() throws {
        folder = try TemporaryFolder()
        programs = try folder.make("programs")
        tree = try folder.make("tree")
        for name in ["Makefile", "scripts", "patches"] {
            try FileManager.default.copyItem(
                atPath: Package.root.appending(name).string, toPath: tree.appending(name).string)
        }
        let absent: Set = ["apt-get", "docker", "sudo", "swift"]
        for place in ["/usr/bin", "/usr/sbin"] {
            for name in try FileManager.default.contentsOfDirectory(atPath: place)
            where !absent.contains(name) {
                let link = programs.appending(name).string
                guard !FileManager.default.fileExists(atPath: link) else { continue }
                try? FileManager.default.createSymbolicLink(
                    atPath: link, withDestinationPath: "\(place)/\(name)")
            }
        }
    }

    func addProgram(_ name: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: programs.appending(name).string, withDestinationPath: "/usr/bin/\(name)")
    }

    /// Without packages, dpkg's database is empty.
    func make(
        _ target: String, hasSwift: Bool = false, hasPackages: Bool = true, cache: FilePath? = nil
    ) throws -> Command {
        var command = try Command(
            installed: "make", package: "make", ["-C", tree.string, target],
            environment: [
                "PATH": programs.string, "HOME": folder.path.string,
                "XDG_CACHE_HOME": (cache ?? folder.path.appending("no-cache")).string,
            ])
        if hasSwift { command.environment["SWIFT"] = try Self.swift }
        if !hasPackages {
            command.environment["DPKG_ADMINDIR"] = folder.path.appending("no-packages").string
        }
        return command
    }

    /// scripts/preflight on the machine that the tests run on.
    func preflight(_ purpose: String) throws -> Command {
        Command(
            tree.appending("scripts/preflight"), [purpose],
            environment: ["HOME": folder.path.string, "SWIFT": try Self.swift])
    }

    /// Expects that make failed with one message that has all of `words`, and left no files.
    func expect(_ ended: Ended, toSay words: [String]) throws {
        #expect(ended.status == .exited(2), "\(ended)")
        for word in words { #expect(ended.errors.contains(word), "no '\(word)' in \(ended)") }
        let heads = ended.errors.matches(of: /This machine is not ready, and nothing was done:/)
        #expect(heads.count == 1, "\(ended)")
        let left = try FileManager.default.contentsOfDirectory(atPath: tree.string)
        #expect(left.sorted() == ["Makefile", "patches", "scripts"])
        #expect(!FileManager.default.fileExists(atPath: folder.path.appending("no-cache").string))
    }

    /// The toolchain that the tests were built with.
    private static var swift: String {
        get throws {
            let path = ProcessInfo.processInfo.environment["PATH", default: ""]
            let places = path.split(separator: ":").map { "\($0)/swift" }
            return try #require(places.first { FileManager.default.isExecutableFile(atPath: $0) })
        }
    }
}
