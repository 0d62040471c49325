import SystemPackage

/// The BitTorrent clients that users would run instead of ours.
public enum Client: String, CaseIterable, Sendable {
    case aria2, transmission, qBittorrent, rtorrent, libtorrent

    /// The torrent versions that it supports.
    public var versions: [TorrentFile.Version] {
        switch self {
        case .aria2, .transmission, .rtorrent: [.v1]
        case .qBittorrent, .libtorrent: [.v1, .v2, .hybrid]
        }
    }

    /// True if it requests the metadata of a magnet link immediately. Transmission 3.00 waits a
    /// minute.
    public var resolvesAtOnce: Bool { self != .transmission }

    /// True if it connects to peers over uTP as well as TCP.
    public var speaksUTP: Bool {
        switch self {
        case .aria2, .rtorrent: false
        case .transmission, .qBittorrent, .libtorrent: true
        }
    }

    /// True if `folder` contains all of `data`, where it stores downloads.
    public func hasAll(of data: DataSet, below folder: FilePath) throws -> Bool {
        self == .transmission
            ? try data.isEqualButForEmptyFiles(below: folder) : try data.isEqual(below: folder)
    }

    /// Seeds `data`, announced to the tracker of `torrent`, while `body` runs. If `isEncrypted`,
    /// only to peers that encrypt everything. Listens on `port` if given. Stores its own files in
    /// `state`.
    public func seeding<Value: Sendable>(
        _ torrent: TorrentFile, _ data: DataSet, state: FilePath, on host: Host,
        isEncrypted: Bool = false, port: UInt16? = nil,
        _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        switch self {
        case .aria2:
            try await Aria2.seeding(
                torrent, in: data.folder, on: host, isEncrypted: isEncrypted, port: port
            ) { _ in try await body() }
        case .transmission:
            try await Transmission.seeding(
                torrent, data, state: state, on: host, isEncrypted: isEncrypted, port: port, body)
        case .qBittorrent:
            try await QBittorrent.seeding(
                torrent, data, state: state, on: host, isEncrypted: isEncrypted, port: port, body)
        case .rtorrent:
            try await RTorrent.seeding(
                torrent, data, state: state, on: host, isEncrypted: isEncrypted, port: port, body)
        case .libtorrent:
            try await LibtorrentPeer.running(
                [.init(torrent.path.string, in: data.folder)], on: host,
                settings: Self.settings(isEncrypted: isEncrypted), port: port
            ) { peer in
                try await peer.finished()
                return try await body()
            }
        }
    }

    /// Downloads the data of `uri`, a magnet link or a .torrent file, to `folder` completely. If
    /// `isEncrypted`, only from peers that encrypt everything. Listens on `port` if given. Stores
    /// its own files in `state`.
    public func download(
        _ uri: String, into folder: FilePath, state: FilePath, on host: Host,
        isEncrypted: Bool = false, port: UInt16? = nil
    ) async throws {
        switch self {
        case .aria2:
            try await Aria2.download(
                uri, into: folder, on: host, isEncrypted: isEncrypted, port: port)
        case .transmission:
            try await Transmission.download(
                uri, into: folder, state: state, on: host, isEncrypted: isEncrypted, port: port)
        case .qBittorrent:
            try await QBittorrent.download(
                uri, into: folder, state: state, on: host, isEncrypted: isEncrypted, port: port)
        case .rtorrent:
            try await RTorrent.download(
                uri, into: folder, state: state, on: host, isEncrypted: isEncrypted, port: port)
        case .libtorrent:
            try await LibtorrentPeer.running(
                [.init(uri, in: folder)], on: host,
                settings: Self.settings(isEncrypted: isEncrypted), port: port
            ) { peer in
                try await peer.finished()
            }
        }
    }

    /// libtorrent's settings pe_forced and pe_rc4.
    private static func settings(isEncrypted: Bool) -> [String: LibtorrentPeer.Setting] {
        guard isEncrypted else { return [:] }
        return [
            "in_enc_policy": .number(0), "out_enc_policy": .number(0),
            "allowed_enc_level": .number(2),
        ]
    }
}
