import LinuxSystem
import SystemPackage

extension Overlay {
    /// The built-in backend as a peer.
    public struct Seed: Sendable {
        public let process: RunningProcess
        public let host: Host
        public let port: UInt16
        /// In the format of `PIERDAT_PEERS` and `x.pe`.
        public var address: String { host.endpoint(port) }
    }

    /// Replaces the seed list by a line that seeds `torrent` from `folder`.
    public func seed(_ torrent: TorrentFile, in folder: FilePath) throws {
        let line = "pierdat-seed-bittorrent '\(torrent.path)' '\(folder)'\n"
        try AtomicFile.write(Array(line.utf8), to: seedList)
    }

    /// Seeds `torrent` from `folder`, announced to `tracker`, while `body` runs.
    public func seeding<Value: Sendable>(
        _ torrent: TorrentFile, in folder: FilePath, tracker: Tracker? = nil,
        _ body: @Sendable (Seed) async throws -> Value
    ) async throws -> Value {
        let command = command("pierdat-seed-bittorrent", torrent.path.string, folder.string)
        return try await Self.seeding(
            with: command, on: host, torrent, tracker: tracker, body)
    }

    /// Seeds everything in the seed list, which includes `torrent`, while `body` runs.
    public func serving<Value: Sendable>(
        _ torrent: TorrentFile, tracker: Tracker? = nil,
        _ body: @Sendable (Seed) async throws -> Value
    ) async throws -> Value {
        let command = command("pierdat-serve-bittorrent", seedList.string)
        return try await Self.seeding(
            with: command, on: host, torrent, tracker: tracker, body)
    }

    /// The same with a command that seeds `torrent` with the built-in backend.
    public static func seeding<Value: Sendable>(
        with command: Command, on host: Host = .loopback, port: UInt16? = nil,
        _ torrent: TorrentFile, tracker: Tracker? = nil,
        _ body: @Sendable (Seed) async throws -> Value
    ) async throws -> Value {
        let port = try port ?? FreePort.any()
        var command = command
        command.environment["PIERDAT_PORT"] = String(port)
        command.environment["PIERDAT_TRACKERS"] = tracker?.announce()
        return try await RunningProcess.with(command) { process in
            _ = try await process.line(containing: "listening on port \(port)")
            if let tracker { try await tracker.hasSeed(of: torrent) }
            return try await body(Seed(process: process, host: host, port: port))
        }.value
    }
}
