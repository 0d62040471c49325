/// A magnet link that names a torrent: what it says, in types. BEP 9; BEP 52 for version 2, BEP 53 for `so`.
///
/// This is the only parser of magnet links, and what writes them. It is as lenient as other clients are
/// together; parts that it cannot use are left out with a warning.
public struct MagnetLink: Hashable, Sendable {
    /// The v1 info-hash, `urn:btih`; nil where the link has none.
    public internal(set) var v1: InfoHash?
    /// The v2 info-hash, `urn:btmh`; nil where the link has none.
    public internal(set) var v2: InfoHash?
    /// `dn`, for display until the metadata is known; nil where the link has none.
    public internal(set) var name: String?
    /// `tr`, in order, without duplicates.
    var trackers: [RemoteURL] = []
    /// `ws`, and `as`, which other clients take for the same; in order, without duplicates.
    var webSeeds: [RemoteURL] = []
    /// `xs`: where the torrent itself is.
    var exactSources: [RemoteURL] = []
    /// `x.pe` in figures.
    var peerAddresses: [PeerName] = []
    /// `x.pe` by name, which has to be looked up. Each has a port.
    public internal(set) var peerNames: [PeerName] = []
    /// `dht`: nodes of the DHT to begin with. Each has a port.
    var dhtNodes: [PeerName] = []
    /// `so`: the files that are wanted; nil: all.
    var selection: FileIndexes?
    /// The parts of the link that are not used, and why: one line each, fit for a terminal.
    public internal(set) var warnings = LinkWarnings()

    /// A link makes us look up no more names than this.
    static let maximumPeerNames = 20

    /// A torrent known by nothing but its info-hashes.
    public init(v1: InfoHash?, v2: InfoHash?) {
        self.v1 = v1
        self.v2 = v2
    }

    /// From an info-hash alone: 40 hexadecimal digits or 32 of base32 are of v1, 64 hexadecimal digits
    /// of v2. nil for all else.
    public init?(bareHash text: some StringProtocol) {
        let v1 = InfoHash(v1: text)
        let v2 = InfoHash(v2: text)
        guard v1 != nil || v2 != nil else { return nil }
        self.init(v1: v1, v2: v2)
    }
}
