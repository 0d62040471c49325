import Foundation
import LinuxSystem
import SystemPackage

/// transmission-daemon as a peer. It ignores peers with loopback addresses and supports v1 only.
public struct Transmission: Sendable {
    private let process: RunningProcess
    private let host: Host
    private let controlPort: UInt16

    /// Seeds `data`, verified by it, while `body` runs. Stores its own files in `state`.
    public static func seeding<Value: Sendable>(
        _ torrent: TorrentFile, _ data: DataSet, state: FilePath, on host: Host,
        isEncrypted: Bool = false, port: UInt16? = nil,
        _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        try await running(
            folder: data.folder, state: state, on: host, startsAdded: false,
            isEncrypted: isEncrypted, port: port
        ) { daemon in
            try await daemon.control("--add", torrent.path.string)
            try await daemon.control("--torrent", "1", "--verify")
            try await Patience.until(every: .milliseconds(100)) {
                let answer = try await daemon.control("--torrent", "1", "--info")
                return answer.contains("Percent Done: 100%") ? () : nil
            }
            try await daemon.control("--torrent", "1", "--start")
            return try await body()
        }
    }

    /// Downloads `uri`, a magnet link or a .torrent file, to `folder` completely. The given
    /// `settings`, in JSON, override the usual ones.
    public static func download(
        _ uri: String, into folder: FilePath, state: FilePath, on host: Host,
        isEncrypted: Bool = false, port: UInt16? = nil, settings: [String: String] = [:]
    ) async throws {
        try await running(
            folder: folder, state: state, on: host, startsAdded: true, isEncrypted: isEncrypted,
            port: port, settings: settings
        ) { daemon in
            try await daemon.control("--add", uri)
            _ = try await daemon.process.line(containing: #"to "Complete""#)
        }
    }

    private static func running<Value: Sendable>(
        folder: FilePath, state: FilePath, on host: Host, startsAdded: Bool, isEncrypted: Bool,
        port: UInt16?, settings: [String: String] = [:],
        _ body: @Sendable (Transmission) async throws -> Value
    ) async throws -> Value {
        let controlPort = try FreePort.any()
        let usual = [
            "dht-enabled": "false", "lpd-enabled": "false", "port-forwarding-enabled": "false",
            "download-dir": "\"\(folder)\"", "start-added-torrents": "\(startsAdded)",
            "peer-port": "\(try port ?? FreePort.any())", "message-level": "2",
            "encryption": isEncrypted ? "2" : "1",
            "rpc-bind-address": "\"127.0.0.1\"", "rpc-port": "\(controlPort)",
        ]
        let lines = usual.merging(settings) { $1 }.map { "\"\($0)\": \($1)" }
        try "{ \(lines.joined(separator: ", ")) }".write(
            toFile: state.appending("settings.json").string, atomically: true, encoding: .utf8)
        let command = try Command(
            installed: "transmission-daemon", package: "transmission-daemon",
            ["--foreground", "--config-dir", state.string], environment: ["HOME": state.string])
        return try await RunningProcess.with(host.command(command)) { process in
            _ = try await process.line(containing: "Serving RPC")
            return try await body(
                Transmission(process: process, host: host, controlPort: controlPort))
        }.value
    }

    @discardableResult
    private func control(_ arguments: String...) async throws -> String {
        let command = try Command(
            installed: "transmission-remote", package: "transmission-cli",
            ["127.0.0.1:\(controlPort)"] + arguments)
        let ended = try await host.command(command).run()
        guard ended.status.isSuccess else { throw FixtureError("transmission-remote: \(ended)") }
        return ended.output
    }
}
