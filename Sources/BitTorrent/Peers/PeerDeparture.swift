/// The end of a connection to a peer that had been reached.
public struct PeerDeparture: Equatable, Sendable {
    /// How it ended.
    public enum Kind: Sendable {
        /// The peer has given all that it has, which is not all of the data (BEP 21).
        case gaveAll
        /// The peer did not say that it has the torrent.
        case refused
        /// The peer had said that it has the torrent.
        case left
    }

    /// The address and port of the peer.
    public let address: String
    /// How the connection ended.
    public let kind: Kind
    /// In words.
    public let reason: String
}
