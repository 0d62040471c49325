/// The environment variables that Pierdat and its backends read (docs/backends.md).
public enum EnvironmentVariable: String, Sendable {
    // What is downloaded, and where from.

    /// The URIs to download, separated by white space, if the command line names none.
    case uri = "PIERDAT_URI"
    /// All URIs of the command line, one a line, for a backend that can use several at once.
    case uris = "PIERDAT_URIS"
    /// The digest of the data, `sha256:HEX`.
    case checksum = "PIERDAT_CHECKSUM"
    /// A file with fields for the heads of HTTP requests, one a line.
    case httpHeaderFile = "PIERDAT_HTTP_HEADER_FILE"
    /// The gateways from which blocks of IPFS are downloaded: URLs.
    case ipfsGateways = "PIERDAT_IPFS_GATEWAYS"
    /// The one backend that may be used.
    case backend = "PIERDAT_BACKEND"
    /// The files to download: names or patterns, one a line.
    case select = "PIERDAT_SELECT"
    /// A folder that keeps data for later downloads.
    case cache = "PIERDAT_CACHE"
    /// The maximum size of the cache in bytes.
    case cacheLimit = "PIERDAT_CACHE_LIMIT"
    /// A file in which a backend lists the files that belong to the data.
    case manifest = "PIERDAT_MANIFEST"
    /// Whether data appears in DEST only when all of it is verified.
    case atomic = "PIERDAT_ATOMIC"
    /// Identifies the folder to which the running `pierdat` writes, for a `pierdat` that a backend starts.
    case lease = "PIERDAT_LEASE"
    /// How long a download may take, in seconds.
    case timeout = "PIERDAT_TIMEOUT"
    /// How long a download waits for the next byte, in seconds.
    case stallTimeout = "PIERDAT_STALL_TIMEOUT"

    // Peers.

    /// Hosts and services. Each of their addresses is a peer.
    case peers = "PIERDAT_PEERS"
    /// Trackers in addition to the torrent's own.
    case trackers = "PIERDAT_TRACKERS"
    /// The interval at which the names of peers are resolved again, in seconds.
    case resolveInterval = "PIERDAT_RESOLVE_INTERVAL"
    /// Whether to use the DHT (BEP 5), and its first nodes.
    case dht = "PIERDAT_DHT"
    /// Whether to use local service discovery (BEP 14).
    case localDiscovery = "PIERDAT_LSD"

    // Policy.

    /// The only addresses that may be contacted.
    case allow = "PIERDAT_ALLOW"
    /// Addresses that must not be contacted.
    case deny = "PIERDAT_DENY"
    /// The proxy for all traffic.
    case proxy = "PIERDAT_PROXY"
    /// The network interface for all traffic, by its name or an address.
    case interface = "PIERDAT_INTERFACE"
    /// The port to listen on.
    case port = "PIERDAT_PORT"
    /// Whether connections between peers are encrypted.
    case encryption = "PIERDAT_ENCRYPTION"
    /// TCP, uTP or both.
    case transport = "PIERDAT_TRANSPORT"
    /// The maximum upload rate in bytes per second.
    case uploadLimit = "PIERDAT_UPLOAD_LIMIT"
    /// The maximum download rate in bytes per second.
    case downloadLimit = "PIERDAT_DOWNLOAD_LIMIT"
    /// The maximum number of connected peers.
    case connections = "PIERDAT_CONNECTIONS"
    /// The share ratio at which a torrent is no longer seeded.
    case seedRatio = "PIERDAT_SEED_RATIO"
    /// How long a torrent is seeded.
    case seedTime = "PIERDAT_SEED_TIME"

    // State.

    /// The folder of everything that is written apart from the data: the seed list, torrents, sockets.
    case state = "PIERDAT_STATE"

    // `pierdatd`.

    /// Lines in addition to the get list: what to download at the start.
    case getList = "PIERDAT_GET"
    /// Whether COMMAND waits for the downloads.
    case start = "PIERDAT_START"
    /// Whether and how often a failed download is tried again.
    case getRetry = "PIERDAT_GET_RETRY"
    /// Whether anything is seeded at all.
    case seed = "PIERDAT_SEED"
    /// How much is logged: `error`, `warning`, `info` or `debug`.
    case log = "PIERDAT_LOG"
    /// The format of log lines: `text` or `json`.
    case logFormat = "PIERDAT_LOG_FORMAT"
    /// Where metrics are served by HTTP: an address and a port.
    case metrics = "PIERDAT_METRICS"
    /// How long seeders may take to end, in seconds.
    case grace = "PIERDAT_GRACE"
}

extension [String: String] {
    /// The value of an environment variable; nil if it is not set.
    public subscript(variable: EnvironmentVariable) -> String? {
        get { self[variable.rawValue] }
        set { self[variable.rawValue] = newValue }
    }
}
