import Foundation
import LinuxSystem
import SystemPackage

/// libtorrent's Python binding as a peer controlled by the test.
public struct LibtorrentPeer: Sendable {
    /// A torrent for the peer.
    public struct Job: Sendable {
        /// A magnet link or the path of a .torrent file.
        public var source: String
        /// The folder for the data.
        public var folder: FilePath
        /// Peers to connect to, as `host:port`.
        public var peers: [String] = []
        /// In bytes per second. Also applies to local peers.
        public var downloadLimit: Int?

        public init(
            _ source: String, in folder: FilePath, peers: [String] = [], downloadLimit: Int? = nil
        ) {
            self.source = source
            self.folder = folder
            self.peers = peers
            self.downloadLimit = downloadLimit
        }
    }

    /// A libtorrent setting.
    public enum Setting: Encodable, Sendable {
        case flag(Bool)
        case number(Int)
        case text(String)

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .flag(let value): try container.encode(value)
            case .number(let value): try container.encode(value)
            case .text(let value): try container.encode(value)
            }
        }
    }

    public let process: RunningProcess
    public let host: Host
    public let port: UInt16
    /// In the format of `PIERDAT_PEERS` and `x.pe`.
    public var address: String { host.endpoint(port) }

    /// Runs it on `host` while `body` runs. It contacts only the given peers, unless `settings`, by
    /// libtorrent's names, enable more.
    public static func running<Value: Sendable>(
        _ jobs: [Job], on host: Host, settings: [String: Setting] = [:],
        port: UInt16? = nil, _ body: @Sendable (LibtorrentPeer) async throws -> Value
    ) async throws -> Value {
        let port = try port ?? FreePort.any()
        let interfaces = [host.v4, host.v6.map { "[\($0)]" }].compactMap { $0 }
        let own: [String: Setting] = [
            "listen_interfaces": .text(interfaces.map { "\($0):\(port)" }.joined(separator: ",")),
            "enable_dht": .flag(false), "enable_lsd": .flag(false), "enable_upnp": .flag(false),
            "enable_natpmp": .flag(false), "allow_multiple_connections_per_ip": .flag(true),
            "dht_bootstrap_nodes": .text(""),
        ]
        let told = Told(
            settings: own.merging(settings) { $1 },
            torrents: jobs.map {
                Told.Torrent(
                    source: $0.source, folder: $0.folder.string, peers: $0.peers,
                    downloadLimit: $0.downloadLimit)
            })
        let command = try Command(
            installed: "python3", package: "python3-libtorrent",
            ["-c", script, String(decoding: JSONEncoder().encode(told), as: UTF8.self)])
        return try await RunningProcess.with(host.command(command)) { process in
            _ = try await process.line(containing: "listening")
            return try await body(LibtorrentPeer(process: process, host: host, port: port))
        }.value
    }

    /// Waits until it has all of its data, verified, and seeds.
    public func finished() async throws {
        _ = try await process.line(containing: Self.allWritten)
    }

    /// Its message when all data is written to the files. libtorrent itself has no such message.
    private static let allWritten = "ALL WRITTEN"

    private struct Told: Encodable {
        struct Torrent: Encodable {
            let source: String
            let folder: String
            let peers: [String]
            let downloadLimit: Int?
        }

        let settings: [String: Setting]
        let torrents: [Torrent]
    }

    private static let script = """
        import json, libtorrent, sys
        told = json.loads(sys.argv[1])
        categories = libtorrent.alert.category_t
        told["settings"]["alert_mask"] = (
            categories.status_notification | categories.error_notification
            | categories.connect_notification | categories.storage_notification)
        session = libtorrent.session(told["settings"])
        for torrent in told["torrents"]:
            source = torrent["source"]
            if source.startswith("magnet:"):
                added = libtorrent.parse_magnet_uri(source)
            else:
                added = libtorrent.add_torrent_params()
                added.ti = libtorrent.torrent_info(source)
            added.save_path = torrent["folder"]
            added.flags &= ~(libtorrent.torrent_flags.auto_managed | libtorrent.torrent_flags.paused)
            handle = session.add_torrent(added)
            if "downloadLimit" in torrent:
                handle.set_download_limit(torrent["downloadLimit"])
            for peer in torrent["peers"]:
                host, port = peer.rsplit(":", 1)
                handle.connect_peer((host.strip("[]"), int(port)))
        listening = False
        while True:
            session.wait_for_alert(1000)
            for alert in session.pop_alerts():
                if isinstance(alert, libtorrent.listen_succeeded_alert):
                    if not listening:
                        print("listening", flush=True)
                    listening = True
                elif isinstance(alert, libtorrent.torrent_finished_alert):
                    # Its last blocks may be on their way to the files.
                    alert.handle.flush_cache()
                elif isinstance(alert, libtorrent.cache_flushed_alert):
                    print("\(allWritten)", flush=True)
                else:
                    print(type(alert).__name__, alert.message(), flush=True)
        """
}
