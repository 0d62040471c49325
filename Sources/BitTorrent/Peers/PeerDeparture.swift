/// The end of a connection to a peer.
public struct PeerDeparture: Equatable, Sendable {
    /// Why the connection ended.
    public enum Kind: Sendable {
        /// The peer has sent everything it has, which is not all of the data (BEP 21).
        case gaveAll
        /// The peer did not confirm that it has the torrent.
        case refused
        /// The peer had the torrent, but disconnected.
        case left
    }

    /// The address and port of the peer.
    public let address: String
    /// Why the connection ended.
    public let kind: Kind
    /// The reason as text.
    public let reason: String
}
