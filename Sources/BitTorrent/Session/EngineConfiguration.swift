/// How the engine works.
public struct EngineConfiguration: Equatable, Sendable {
    /// Hosts whose every address is a peer.
    public var peers: [PeerName] = []
    /// URLs of trackers beside the torrent's own.
    public var trackers: [RemoteURL] = []
    /// The port to listen on, the next free one where it is taken; 0: any.
    public var port: UInt16 = 6881
    /// Whether the DHT is used.
    public var dht = DHT.on(bootstrap: defaultBootstrap)
    /// Local service discovery (BEP 14).
    public var localDiscovery = true
    /// Bytes a second that are sent at most; nil: no limit.
    public var uploadLimit: Int?
    /// Bytes a second that are received at most; nil: no limit.
    public var downloadLimit: Int?
    /// Peers at once, of all torrents together; nil: as many as libtorrent thinks fit.
    public var connections: Int?
    /// When a torrent has been seeded enough.
    public var seedingGoal = SeedingGoal()
    /// How peers talk to each other.
    public var peerProtocol = PeerProtocol()
    /// The addresses that may be contacted.
    public var network = NetworkPolicy()
    /// nil: none.
    public var proxy: Proxy?
    /// nil: any.
    public var interface: OutgoingInterface?
    /// How long until the names of peers are looked up again.
    public var resolveInterval = Duration.seconds(30)
    /// How long a download may take; nil: for ever.
    public var timeout: Duration?
    /// How long a download waits for a byte; nil: for ever.
    public var stallTimeout: Duration? = .seconds(600)
    /// What messages call the settings.
    public var names = SettingNames()

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

    /// Adds the peers that `uri` gives by name. Behind a proxy they are left out: it connects to names, but
    /// does not tell their addresses, and nobody else is asked.
    public mutating func addPeers(of uri: TorrentURI) {
        if proxy == nil { peers += uri.peerNames }
    }
}
