import LinuxSystem
import SystemPackage

/// aria2c as a peer.
public enum Aria2 {
    /// A running aria2c seeder.
    public struct Seed: Sendable {
        public let process: RunningProcess
        public let host: Host
        public let port: UInt16
        /// In the format of `PIERDAT_PEERS` and `x.pe`.
        public var address: String { host.endpoint(port) }
    }

    /// Seeds `data`, announced to `tracker`, while `body` runs. Does not verify what it seeds.
    public static func seeding<Value: Sendable>(
        _ torrent: TorrentFile, _ data: DataSet, on host: Host = .loopback,
        tracker: Tracker? = nil,
        _ body: @Sendable (Seed) async throws -> Value
    ) async throws -> Value {
        try await seeding(torrent, in: data.folder, on: host, tracker: tracker, body)
    }

    /// The same with the data in `folder`. If `verifies` is set (the default), it seeds only after
    /// hashing everything.
    public static func seeding<Value: Sendable>(
        _ torrent: TorrentFile, in folder: FilePath, on host: Host = .loopback,
        tracker: Tracker? = nil, isEncrypted: Bool = false, port: UInt16? = nil,
        verifies: Bool = false,
        _ body: @Sendable (Seed) async throws -> Value
    ) async throws -> Value {
        let port = try port ?? FreePort.any()
        let command = try command(
            torrent.path.string, into: folder, port: port, tracker: tracker,
            [verifies ? "--check-integrity=true" : "--bt-seed-unverified=true", "--seed-ratio=0.0"]
                + encryption(isEncrypted))
        return try await RunningProcess.with(host.command(command)) { process in
            _ = try await process.line(containing: "listening on TCP port \(port)")
            if let tracker { try await tracker.hasSeed(of: torrent) }
            return try await body(Seed(process: process, host: host, port: port))
        }.value
    }

    /// The command that downloads `uri`, a magnet link or a .torrent file, to `folder`.
    public static func command(toDownload uri: String, into folder: FilePath, tracker: Tracker)
        throws
        -> Command
    {
        try command(
            uri, into: folder, port: FreePort.any(), tracker: tracker,
            downloading)
    }

    /// Runs that command to its end.
    public static func download(_ uri: String, into folder: FilePath, tracker: Tracker) async throws
    {
        try await finish(
            command(toDownload: uri, into: folder, tracker: tracker), on: .loopback)
    }

    /// Downloads `uri`, which names its trackers, to `folder` completely.
    public static func download(
        _ uri: String, into folder: FilePath, on host: Host, isEncrypted: Bool = false,
        port: UInt16? = nil
    ) async throws {
        let command = try command(
            uri, into: folder, port: port ?? FreePort.any(), tracker: nil,
            downloading + encryption(isEncrypted))
        try await finish(command, on: host)
    }

    /// Runs a download to its end. If it fails, the last log lines say what it waited for.
    private static func finish(_ command: Command, on host: Host) async throws {
        var command = command
        command.arguments.insert(contentsOf: ["--log=-", "--log-level=info"], at: 0)
        let ended = try await host.command(command).run()
        guard !ended.status.isSuccess else { return }
        let log = ended.output.split(separator: "\n").suffix(80).joined(separator: "\n")
        throw FixtureError("aria2c: \(ended.status)\n\(log)\n\(ended.errors)")
    }

    /// A peer that was too busy to answer is contacted again only when a tracker names it again.
    private static let downloading = [
        "--seed-time=0", "--bt-stop-timeout=50", "--bt-tracker-interval=5",
    ]

    private static func encryption(_ isRequired: Bool) -> [String] {
        isRequired ? ["--bt-require-crypto=true", "--bt-min-crypto-level=arc4"] : []
    }

    private static func command(
        _ uri: String, into folder: FilePath, port: UInt16, tracker: Tracker?, _ options: [String]
    ) throws -> Command {
        let trackers = tracker.map { ["--bt-tracker=\($0.announce())"] } ?? []
        return try Command(
            installed: "aria2c", package: "aria2",
            [
                "--no-conf=true", "--enable-dht=false", "--bt-enable-lpd=false",
                "--listen-port=\(port)", "--dir=\(folder)", "--summary-interval=0",
            ] + trackers + options + [uri],
            environment: ["HOME": folder.string])
    }
}
