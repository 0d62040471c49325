import Foundation
import LinuxSystem
import SystemPackage

/// qbittorrent-nox as a peer, controlled through its web interface.
public struct QBittorrent: Sendable {
    private let host: Host
    private let controlPort: UInt16

    /// Seeds `data`, verified by it, while `body` runs. Stores its own files in `state`.
    public static func seeding<Value: Sendable>(
        _ torrent: TorrentFile, _ data: DataSet, state: FilePath, on host: Host,
        isEncrypted: Bool = false, port: UInt16? = nil,
        _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        try await running(state: state, on: host, isEncrypted: isEncrypted, port: port) { client in
            try await client.add("torrents=@\(torrent.path)", into: data.folder)
            try await client.complete()
            return try await body()
        }
    }

    /// Downloads the magnet link `magnet` to `folder` completely. A process that has not done so
    /// after 40 seconds is replaced: libtorrent tries each peer over uTP only once ("we'll never try
    /// it again" in its `peer_connection.cpp`), and a busy machine may miss that attempt.
    public static func download(
        _ magnet: String, into folder: FilePath, state: FilePath, on host: Host,
        isEncrypted: Bool = false, port: UInt16? = nil
    ) async throws {
        var processes = 0
        var isComplete = false
        while !isComplete {
            processes += 1
            isComplete = try await running(
                state: state.appending("\(processes)"), on: host, isEncrypted: isEncrypted,
                port: port
            ) { client in
                try await client.add("urls=\(magnet)", into: folder)
                let end = ContinuousClock.now + .seconds(40)
                return try await Patience.until(every: .milliseconds(100)) {
                    if try await client.isComplete { return true }
                    return ContinuousClock.now < end ? nil : false
                }
            }
        }
    }

    private static func running<Value: Sendable>(
        state: FilePath, on host: Host, isEncrypted: Bool, port: UInt16?,
        _ body: @Sendable (QBittorrent) async throws -> Value
    ) async throws -> Value {
        let client = QBittorrent(host: host, controlPort: try FreePort.any())
        let settings = """
            [LegalNotice]
            Accepted=true

            [BitTorrent]
            Session\\DHTEnabled=false
            Session\\LSDEnabled=false
            Session\\Encryption=\(isEncrypted ? 1 : 0)
            Session\\Port=\(try port ?? FreePort.any())

            [Preferences]
            General\\Locale=en
            Connection\\ResolvePeerCountries=false
            WebUI\\Address=127.0.0.1
            WebUI\\LocalHostAuth=false
            WebUI\\Port=\(client.controlPort)

            """
        let folder = state.appending("qBittorrent/config")
        try FileManager.default.createDirectory(
            atPath: folder.string, withIntermediateDirectories: true)
        try settings.write(
            toFile: folder.appending("qBittorrent.conf").string, atomically: true, encoding: .utf8)
        let command = try Command(
            installed: "qbittorrent-nox", package: "qbittorrent-nox", ["--profile=\(state)"],
            environment: ["HOME": state.string])
        return try await RunningProcess.with(host.command(command)) { _ in
            try await Patience.until(every: .milliseconds(100)) {
                try await client.ask("app/version").status.isSuccess ? () : nil
            }
            return try await body(client)
        }.value
    }

    private func add(_ what: String, into folder: FilePath) async throws {
        let ended = try await ask(
            "torrents/add", "--form", what, "--form", "savepath=\(folder)",
            "--form", "contentLayout=Original")
        guard ended.output == "Ok." else { throw FixtureError("qBittorrent: \(ended)") }
    }

    private func complete() async throws {
        try await Patience.until(every: .milliseconds(100)) { try await isComplete ? () : nil }
    }

    /// True if something was added and is downloaded.
    private var isComplete: Bool {
        get async throws {
            let ended = try await ask("torrents/info?filter=completed")
            return ended.status.isSuccess && ended.output != "[]"
        }
    }

    private func ask(_ path: String, _ options: String...) async throws -> Ended {
        let url = "http://127.0.0.1:\(controlPort)/api/v2/\(path)"
        let curl = try Command(
            installed: "curl", package: "curl",
            ["-sS", "--fail", "--max-time", "10"] + options + [url])
        return try await host.command(curl).run()
    }
}
