import Foundation
import PeerFixtures
import SystemPackage

import enum LinuxSystem.FreePort

/// A virtual network with an origin of data, and the thin image, without the data, whose containers download it.
struct Fleet: Sendable {
    let given: Arrangement
    let network: VirtualNetwork
    /// An archive of the images, as from `docker save`.
    let archive: FilePath
    /// The name of the thin image.
    let image: String
    /// The name of an image without Pierdat.
    let program: String
    private let outside: PeerFixtures.Host
    private let port: UInt16

    /// Arranges it while `body` runs. The origin does not run yet.
    static func arranged(_ body: @Sendable (Fleet) async throws -> Void) async throws {
        let given = try await Arrangement(.hybrid)
        let archive = given.folder.path.appending("images.tar")
        let engine = try await DockerEngine()
        let image = try await DockerImage.build(
            by: engine, file: Package.root.appending("deploy/Dockerfile"), on: .busybox)
        let program = try await engine.base(.busybox)
        try await image.use { image in
            try await engine.docker("save", "--output", archive.string, image.name, program)
        }
        try await VirtualNetwork.with { network in
            try await body(
                Fleet(
                    given: given, network: network, archive: archive, image: image.name,
                    program: program, outside: network.host(.v4), port: FreePort.any()))
        }
    }

    /// What PIERDAT_GET says.
    var get: String { "\(given.torrent.magnet("x.pe=\(outside.endpoint(port))")) /data" }

    /// The settings of all stacks.
    var settings: [String: String] { ["IMAGE": image, "PIERDAT_IMAGE": image, "PIERDAT_GET": get] }

    /// Runs the origin while `body` runs.
    func withOrigin<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws
        -> Value
    {
        let seeder = try Overlay(given.folder.path.appending("origin")).on(outside)
            .command("pierdat-seed-bittorrent", given.torrent.path.string, given.data.folder.string)
        return try await Overlay.seeding(with: seeder, on: outside, port: port, given.torrent) {
            _ in try await body()
        }
    }

    /// A file of the deployment kit.
    static func file(_ name: String) -> FilePath {
        Package.root.appending("deploy").pushing(FilePath(name))
    }

    /// Prints a line for each file of the data below a folder, with its digest.
    static func listing(of folder: String) -> [String] {
        let script = #"cd "$1" && find . -type f -print0 | sort -z | xargs -0 sha256sum"#
        return ["sh", "-euc", script, "sh", "\(folder)/\(DataSet.name)"]
    }

    /// The lines that a complete copy of the data gives.
    func expectedListing() async throws -> String {
        let words = Self.listing(of: given.data.folder.string)
        return try await Command("/usr/bin/env", words, environment: ["LC_ALL": "C"]).run().output
    }
}
