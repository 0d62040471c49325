import Foundation
import LinuxSystem
import PeerFixtures
import SystemPackage

/// A way to get a file from a program that has it to others that want it.
struct Contender: Sendable {
    let name: String
    /// Runs the program that has it, on a host, while `body` runs.
    let serving:
        @Sendable (Host, _ body: @Sendable @escaping (Source) async throws -> Void)
            async throws -> Void

    /// A program that has the file.
    struct Source: Sendable {
        let pid: pid_t
        /// The command that gets the file into the folder that it is given, on a host.
        let getter: @Sendable (FilePath, Host) throws -> Command
    }

    /// The built-in backend, as `pierdatd` runs it and a Dockerfile's RUN.
    static func pierdat(
        _ name: String, _ torrent: TorrentFile, of payload: Payload, in place: Workplace,
        overlay: String? = nil, tracker: Tracker
    ) throws -> Contender {
        let seeder = try place.overlay("seeder of \(overlay ?? name)")
        try seeder.seed(torrent, in: payload.folder)
        return Contender(name: name) { host, body in
            try await seeder.on(host).serving(torrent, tracker: tracker) { seed in
                let source = Source(pid: seed.process.identifier) { folder, host in
                    var getter = try Overlay(folder.appending("overlay")).on(host)
                    getter.environment["PIERDAT_TRACKERS"] = tracker.announce()
                    return getter.command("pierdat", torrent.path.string, folder.string)
                }
                try await body(source)
            }
        }
    }

    /// aria2c at both ends: no time for allocation and, unless it `verifies`, no check of what is seeded.
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

    /// What no program that verifies can beat: sendfile(2) at one end, write(2) at the other.
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
