import Foundation
import LinuxSystem
import SystemPackage

/// rtorrent as a peer. It needs a tracker for every torrent and supports v1 only.
public enum RTorrent {
    /// Seeds `data`, verified by it, while `body` runs. Stores its own files in `state`.
    public static func seeding<Value: Sendable>(
        _ torrent: TorrentFile, _ data: DataSet, state: FilePath, on host: Host,
        isEncrypted: Bool = false, port: UInt16? = nil,
        _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        try await running(
            torrent.path.string, data.folder, state: state, on: host, isEncrypted: isEncrypted,
            port: port
        ) { process in
            _ = try await process.line(containing: "event: hash_done")
            return try await body()
        }
    }

    /// Downloads `uri`, a magnet link or a .torrent file, to `folder` completely.
    public static func download(
        _ uri: String, into folder: FilePath, state: FilePath, on host: Host,
        isEncrypted: Bool = false, port: UInt16? = nil
    ) async throws {
        try await running(
            uri, folder, state: state, on: host, isEncrypted: isEncrypted, port: port
        ) { process in
            _ = try await process.line(containing: "event: finished")
        }
    }

    /// The command that prints an event on rtorrent's standard output, which its children do not
    /// inherit.
    private static func saying(_ event: String) -> String {
        #"execute2=sh,-c,\"echo event: \#(event) >/proc/$PPID/fd/1\""#
    }

    private static func running<Value: Sendable>(
        _ uri: String, _ folder: FilePath, state: FilePath, on host: Host,
        isEncrypted: Bool, port: UInt16?,
        _ body: @Sendable (RunningProcess) async throws -> Value
    ) async throws -> Value {
        let port = try port ?? FreePort.any()
        let pause = 45
        let encryption = isEncrypted ? "require,require_RC4" : "enable_retry"
        // rtorrent schedules in seconds: a task due now runs in the next second.
        //
        // A download is restarted after a while with its partial data, because rtorrent only then
        // retries peers to which it could not connect. One of 256 encrypted connections fails,
        // because rtorrent hashes the Diffie-Hellman secret without its leading zeros. It also
        // takes up to half a minute to ask a peer that has choked it.
        let settings = """
            system.daemon.set = true
            session.path.set = "\(state)"
            directory.default.set = "\(folder)"
            network.port_range.set = \(port)-\(port)
            network.port_random.set = no
            dht.mode.set = disable
            protocol.encryption.set = allow_incoming,try_outgoing,\(encryption)
            method.set_key = event.download.hash_done, tell, "\(Self.saying("hash_done"))"
            method.set_key = event.download.finished, tell, "\(Self.saying("finished"))"
            schedule2 = add, 1, \(pause), "load.start=\\"\(uri)\\""
            schedule2 = begin_anew, \(pause), \(pause), "d.multicall2=incomplete,d.erase="
            method.insert = say_finished, simple, "\(Self.saying("finished"))"
            schedule2 = tell_again, 20, 20, "d.multicall2=complete,say_finished="

            """
        let file = state.appending("settings.rc")
        try settings.write(toFile: file.string, atomically: true, encoding: .utf8)
        let command = try Command(
            installed: "rtorrent", package: "rtorrent", ["-n", "-o", "import=\(file)"],
            environment: ["HOME": state.string])
        return try await RunningProcess.with(host.command(command), body).value
    }
}
