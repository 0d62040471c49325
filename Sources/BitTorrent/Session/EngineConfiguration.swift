import LinuxSystem

/// How the engine works, as the environment tells it.
public struct EngineConfiguration: Equatable, Sendable {
    /// `PIERDAT_PEERS`: hosts whose every address is a peer.
    public var peers: [PeerName] = []
    /// `PIERDAT_TRACKERS`: URLs of trackers beside the torrent's own.
    public var trackers: [RemoteURL] = []
    /// `PIERDAT_PORT`: the port to listen on, the next free one where it is taken; 0: any.
    public var port: UInt16 = 6881
    /// `PIERDAT_DHT`.
    public var dht = DHT.on(bootstrap: defaultBootstrap)
    /// `PIERDAT_LSD`: local service discovery (BEP 14).
    public var localDiscovery = true
    /// `PIERDAT_UPLOAD_LIMIT`, bytes a second; nil: none.
    public var uploadLimit: Int?
    /// `PIERDAT_DOWNLOAD_LIMIT`, bytes a second; nil: none.
    public var downloadLimit: Int?
    /// `PIERDAT_CONNECTIONS`: peers at once, of all torrents together; nil: as many as libtorrent thinks fit.
    public var connections: Int?
    /// `PIERDAT_SEED_RATIO` and `PIERDAT_SEED_TIME`.
    public var seedingGoal = SeedingGoal()
    /// `PIERDAT_ENCRYPTION` and `PIERDAT_TRANSPORT`.
    public var peerProtocol = PeerProtocol()
    /// `PIERDAT_ALLOW` and `PIERDAT_DENY`.
    public var network = NetworkPolicy()
    /// `PIERDAT_PROXY`; nil: none.
    public var proxy: Proxy?
    /// `PIERDAT_INTERFACE`; nil: any.
    public var interface: OutgoingInterface?
    /// `PIERDAT_RESOLVE_INTERVAL`: how long until the names of peers are looked up again.
    public var resolveInterval = Duration.seconds(30)
    /// `PIERDAT_TIMEOUT`: how long a get may take; nil: for ever.
    public var timeout: Duration?
    /// `PIERDAT_STALL_TIMEOUT`: how long a get waits for a byte; nil: for ever.
    public var stallTimeout: Duration? = .seconds(600)

    /// Whether nodes of the DHT (BEP 5) are asked for peers, and where to begin.
    public enum DHT: Equatable, Sendable {
        case off
        case on(bootstrap: [String])
    }

    /// Public nodes that answer whoever joins the DHT.
    public static let defaultBootstrap = [
        "dht.libtorrent.org:25401", "router.bittorrent.com:6881", "dht.transmissionbt.com:6881",
    ]

    public init() {}

    /// Reads the variables named above; what is not set keeps its default.
    public init(environment: [String: String]) throws(TorrentError) {
        let settings = Settings(environment)
        peers =
            try settings.value(
                "PIERDAT_PEERS",
                "host, host:port or _service._tcp.name, \(Self.maximumPeers) at most, separated by commas"
            ) { text in
                Settings.list(text, of: PeerName.init).flatMap {
                    $0.count <= Self.maximumPeers ? $0 : nil
                }
            } ?? peers
        trackers =
            try settings.value(
                "PIERDAT_TRACKERS",
                "URLs that begin with http://, https:// or udp://, separated by commas",
                showing: Self.redactedURLs
            ) { text in
                Settings.list(text) { try? RemoteURL(String($0), schemes: .tracker) }
            } ?? trackers
        port =
            try settings.value("PIERDAT_PORT", "a number from 0 to 65535") {
                WholeNumber.parse($0, within: 0...UInt16.max)
            } ?? port
        dht =
            try settings.value("PIERDAT_DHT", "on, off or host:port, separated by commas") {
                DHT($0)
            } ?? dht
        localDiscovery =
            try settings.value("PIERDAT_LSD", "on or off", EnvironmentSwitch.isOn) ?? localDiscovery
        let rate = "bytes a second, as 500k or 10M (0: no limit)"
        uploadLimit = try settings.value("PIERDAT_UPLOAD_LIMIT", rate, Settings.rate).flatMap(
            \.self)
        downloadLimit = try settings.value("PIERDAT_DOWNLOAD_LIMIT", rate, Settings.rate).flatMap(
            \.self)
        try readPolicy(settings)
        timeout =
            try settings.value("PIERDAT_TIMEOUT", "seconds (0: for ever)", Settings.timeout)
            ?? timeout
        stallTimeout =
            try settings.value(
                "PIERDAT_STALL_TIMEOUT", "seconds (0: for ever)", Settings.timeout) ?? stallTimeout
        resolveInterval =
            try settings.value(
                "PIERDAT_RESOLVE_INTERVAL", "seconds from 1 to 86400", Settings.interval)
            ?? resolveInterval
    }

    private static func redactedURLs(_ list: String) -> String {
        let urls = list.split { $0 == "," || $0.isWhitespace }
        return urls.map { RemoteURL.redacted(String($0)) }.joined(separator: ",")
    }

    /// Each name is looked up on a thread of its own.
    private static let maximumPeers = 256
}

extension EngineConfiguration.DHT {
    init?(_ text: String) {
        switch EnvironmentSwitch.isOn(text) {
        case true: self = .on(bootstrap: EngineConfiguration.defaultBootstrap)
        case false: self = .off
        default:
            let nodes = Settings.list(text) { node in
                PeerName(node).flatMap { $0.port == nil ? nil : String(node) }
            }
            guard let nodes, !nodes.isEmpty else { return nil }
            self = .on(bootstrap: nodes)
        }
    }
}
