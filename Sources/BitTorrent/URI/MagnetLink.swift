/// A parsed magnet link that identifies a torrent: BEP 9, BEP 52 for version 2, BEP 53 for `so`.
///
/// This type is the only parser and writer of magnet links. It accepts everything that other
/// clients accept. Parts that it cannot use are ignored with a warning.
public struct MagnetLink: Hashable, Sendable {
    /// The v1 info-hash, `urn:btih`. nil if the link has none.
    public internal(set) var v1: InfoHash?
    /// The v2 info-hash, `urn:btmh`. nil if the link has none.
    public internal(set) var v2: InfoHash?
    /// `dn`: the name to display until the metadata is known. nil if the link has none.
    public internal(set) var name: String?
    /// `tr`: the trackers in order, without duplicates.
    var trackers: [RemoteURL] = []
    /// `ws` and, as in other clients, `as`: the web seeds in order, without duplicates.
    var webSeeds: [RemoteURL] = []
    /// `xs`: URLs of the .torrent file.
    package var exactSources: [RemoteURL] = []
    /// `x.pe` with a numeric address.
    var peerAddresses: [PeerName] = []
    /// `x.pe` with a host name. Each has a port.
    public internal(set) var peerNames: [PeerName] = []
    /// `dht`: bootstrap nodes of the DHT. Each has a port.
    var dhtNodes: [PeerName] = []
    /// `so`: the wanted files. nil for all.
    var selection: FileIndexes?
    /// Warnings about the parts of the link that are ignored, safe to print on a terminal.
    public internal(set) var warnings = LinkWarnings()

    /// The maximum number of host names in a link.
    static let maximumPeerNames = 20

    /// A torrent known only by its info-hashes.
    public init(v1: InfoHash?, v2: InfoHash?) {
        self.v1 = v1
        self.v2 = v2
    }

    /// Parses a bare info-hash: 40 hexadecimal or 32 base32 digits for v1, 64 hexadecimal digits
    /// for v2. nil for any other text.
    public init?(bareHash text: some StringProtocol) {
        let v1 = InfoHash(v1: text)
        let v2 = InfoHash(v2: text)
        guard v1 != nil || v2 != nil else { return nil }
        self.init(v1: v1, v2: v2)
    }
}
