/// A torrent that a ``MetadataSearch`` has found.
public struct FoundMetadata: Sendable {
    /// The torrent with its metadata. Whether its data is what was searched for shows only when that has
    /// arrived.
    public let parameters: TorrentParameters
    /// The peers that name the torrent, at the port on which they listen. The sender of the metadata is the
    /// first. Empty if the torrent was named by its info-hash.
    public let peers: [PeerName]
}
