import Foundation
import LinuxSystem
import PeerFixtures
import SystemPackage

/// A way to transfer a file from a program that has it to others.
struct Contender: Sendable {
    let name: String
    /// Runs the serving program on a host while `body` runs.
    let serving:
        @Sendable (Host, _ body: @Sendable @escaping (Source) async throws -> Void)
            async throws -> Void

    /// A program that serves the file.
    struct Source: Sendable {
        let pid: pid_t
        /// The command that downloads the file to a folder on a host.
        let downloader: @Sendable (FilePath, Host) throws -> Command
    }

    /// The built-in backend, as run by `pierdatd` and in a Dockerfile's RUN.
    static func pierdat(
        _ name: String, _ torrent: TorrentFile, of payload: Payload, in place: Workplace,
        overlay: String? = nil, tracker: Tracker
    ) throws -> Contender {
        let seeder = try place.overlay("seeder of \(overlay ?? name)")
        try seeder.seed(torrent, in: payload.folder)
        return Contender(name: name) { host, body in
            try await seeder.on(host).serving(torrent, tracker: tracker) { seed in
                let source = Source(pid: seed.process.identifier) { folder, host in
                    var downloader = try Overlay(folder.appending("overlay")).on(host)
                    downloader.environment["PIERDAT_TRACKERS"] = tracker.announce()
                    return downloader.command("pierdat", torrent.path.string, folder.string)
                }
                try await body(source)
            }
        }
    }

    /// aria2c on both sides, without file allocation and, unless `verifies` is set, without
    /// checking the seeded data.
    static func aria2(
        _ torrent: TorrentFile, of payload: Payload, tracker: Tracker, verifies: Bool = false
    ) -> Contender {
        Contender(name: verifies ? "aria2c, seeds verified" : "aria2c") { host, body in
            try await Aria2.seeding(
                torrent, in: payload.folder, on: host, tracker: tracker, verifies: verifies
            ) { seed in
                let source = Source(pid: seed.process.identifier) { folder, host in
                    var command = try Aria2.command(
                        toDownload: torrent.path.string, into: folder, tracker: tracker)
                    command.arguments += ["--file-allocation=none"]
                    return host.command(command)
                }
                try await body(source)
            }
        }
    }

    /// The limit for programs that verify: sendfile(2) on one side, write(2) on the other.
    static func curl(of payload: Payload, state: FilePath) -> Contender {
        Contender(name: "curl from nginx") { server, body in
            let address = server.endpoint(try FreePort.any())
            try await Nginx.serving(payload.folder, at: address, on: server, state: state) {
                nginx in
                let source = Source(pid: nginx.identifier) { folder, host in
                    let command = try Command(
                        installed: "curl", package: "curl",
                        [
                            "--silent", "--show-error", "--fail", "--output",
                            folder.appending(Payload.name).string,
                            "http://\(address)/\(Payload.name)",
                        ])
                    return host.command(command)
                }
                try await body(source)
            }
        }
    }
}
