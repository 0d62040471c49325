/// The settings of the BitTorrent engine.
public struct EngineConfiguration: Equatable, Sendable {
    /// Host names or services. Each of their addresses is a peer.
    public var peers: [PeerName] = []
    /// Trackers in addition to the torrent's own.
    public var trackers: [RemoteURL] = []
    /// The port to listen on, or the next free one. 0 for any.
    public var port: UInt16 = 6881
    /// The DHT.
    public var dht = DHT.on(bootstrap: defaultBootstrap)
    /// True if local service discovery (BEP 14) is used.
    public var localDiscovery = true
    /// The maximum upload rate in bytes per second. nil for no limit.
    public var uploadLimit: Int?
    /// The maximum download rate in bytes per second. nil for no limit.
    public var downloadLimit: Int?
    /// The maximum number of connected peers of all torrents. nil for libtorrent's default.
    public var connections: Int?
    /// When to stop seeding a torrent.
    public var seedingGoal = SeedingGoal()
    /// Encryption and transport of peer connections.
    public var peerProtocol = PeerProtocol()
    /// The addresses that may be contacted.
    public var network = NetworkPolicy()
    /// The proxy for all traffic. nil for none.
    public var proxy: Proxy?
    /// The interface for all traffic. nil for any.
    public var interface: OutgoingInterface?
    /// The interval at which the names of peers are resolved again.
    public var resolveInterval = Duration.seconds(30)
    /// The time limit of a download. nil for none.
    public var timeout: Duration?
    /// The longest time without data before a download gives up. nil for none.
    public var stallTimeout: Duration? = .seconds(600)
    /// What messages call the settings.
    public var names = SettingNames()
    /// Counts what downloads receive. nil if nobody wants to know.
    public var meter: DownloadMeter?

    /// Whether the DHT (BEP 5) is used, and its bootstrap nodes.
    public enum DHT: Equatable, Sendable {
        case off
        case on(bootstrap: [String])
    }

    /// Public bootstrap nodes of the DHT.
    public static let defaultBootstrap = [
        "dht.libtorrent.org:25401", "router.bittorrent.com:6881", "dht.transmissionbt.com:6881",
    ]

    /// The defaults that docs/environment.md lists.
    public init() {}

    /// Adds the peers that `uri` gives by name. Ignores them behind a proxy, because only the proxy may
    /// resolve names and it does not return addresses.
    public mutating func addPeers(of uri: TorrentURI) {
        if proxy == nil { peers += uri.peerNames }
    }
}
