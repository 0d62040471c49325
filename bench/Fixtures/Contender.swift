import Foundation
import LinuxSystem
import PeerFixtures
import SystemPackage

/// A way to get a file from a program that has it to one that wants it.
struct Contender: Sendable {
    let name: String
    /// Runs the program that has it while `body` runs, which gets its pid and the command that gets the
    /// file into the folder that it is given.
    let serving:
        @Sendable (_ body: @Sendable @escaping (pid_t, Getter) async throws -> Void)
            async throws -> Void

    typealias Getter = @Sendable (FilePath) throws -> Command

    /// The built-in backend, as `pierdatd` runs it and a Dockerfile's RUN.
    static func pierdat(
        _ name: String, _ torrent: TorrentFile, of payload: Payload, in place: Workplace,
        tracker: Tracker
    ) throws -> Contender {
        let seeder = try place.overlay("seeder of \(name)")
        var getter = try place.overlay("getter of \(name)")
        getter.environment["PIERDAT_TRACKERS"] = tracker.announce()
        try seeder.seed(torrent, in: payload.folder)
        return Contender(name: name) { [getter] body in
            try await seeder.serving(torrent, tracker: tracker) { seed in
                try await body(seed.process.identifier) { folder in
                    getter.command("pierdat", torrent.path.string, folder.string)
                }
            }
        }
    }

    /// aria2c at both ends: no time for allocation, no check of what is seeded.
    static func aria2(_ torrent: TorrentFile, of payload: Payload, tracker: Tracker) -> Contender {
        Contender(name: "aria2c") { body in
            try await Aria2.seeding(torrent, in: payload.folder, tracker: tracker) { seed in
                try await body(seed.process.identifier) { folder in
                    var command = try Aria2.download(
                        torrent.path.string, into: folder, tracker: tracker)
                    command.arguments += ["--file-allocation=none"]
                    return command
                }
            }
        }
    }

    /// What no program that verifies can beat: sendfile(2) at one end, write(2) at the other.
    static func curl(of payload: Payload, state: FilePath) -> Contender {
        Contender(name: "curl from nginx") { body in
            let address = "127.0.0.1:\(try FreePort.any())"
            try await Nginx.serving(payload.folder, at: address, state: state) { server in
                try await body(server.identifier) { folder in
                    try Command(
                        installed: "curl", package: "curl",
                        [
                            "--silent", "--show-error", "--fail", "--output",
                            folder.appending(Payload.name).string,
                            "http://\(address)/\(Payload.name)",
                        ])
                }
            }
        }
    }
}

extension Overlay {
    /// Puts the line on the seed list that seeds what `folder` holds of `torrent`.
    func seed(_ torrent: TorrentFile, in folder: FilePath) throws {
        let line = "pierdat-seed-bittorrent '\(torrent.path)' '\(folder)'\n"
        try line.write(toFile: seedList.string, atomically: true, encoding: .utf8)
    }
}
