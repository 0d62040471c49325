import SystemPackage

/// What users would run in place of us.
public enum Client: String, CaseIterable, Sendable {
    case aria2, transmission, qBittorrent, rtorrent, libtorrent

    /// The torrents that it understands.
    public var versions: [TorrentFile.Version] {
        switch self {
        case .aria2, .transmission, .rtorrent: [.v1]
        case .qBittorrent, .libtorrent: [.v1, .v2, .hybrid]
        }
    }

    /// Whether it asks for the metadata of a magnet link at once. Transmission 3.00 takes a minute for
    /// it, whoever seeds.
    public var resolvesAtOnce: Bool { self != .transmission }

    /// Whether it meets peers over uTP, too, and not over TCP alone.
    public var speaksUTP: Bool {
        switch self {
        case .aria2, .rtorrent: false
        case .transmission, .qBittorrent, .libtorrent: true
        }
    }

    /// Whether all of `data` is below `folder`, where it has downloaded it.
    public func hasAll(of data: DataSet, below folder: FilePath) throws -> Bool {
        self == .transmission
            ? try data.isEqualButForEmptyFiles(below: folder) : try data.isEqual(below: folder)
    }

    /// Seeds `data`, announced to the tracker of `torrent`, while `body` runs, where `isEncrypted` to none
    /// but those who encrypt everything. It listens on `port`, if one is given. Its own files lie in `state`.
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

    /// Downloads the data of `uri`, a magnet link or a .torrent file, into `folder` to the end, where
    /// `isEncrypted` from none but those who encrypt everything. It listens on `port`, if one is given. Its own
    /// files lie in `state`.
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

    /// libtorrent's, for pe_forced and pe_rc4.
    private static func settings(isEncrypted: Bool) -> [String: LibtorrentPeer.Setting] {
        guard isEncrypted else { return [:] }
        return [
            "in_enc_policy": .number(0), "out_enc_policy": .number(0),
            "allowed_enc_level": .number(2),
        ]
    }
}
