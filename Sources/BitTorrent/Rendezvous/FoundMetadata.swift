import Digest
import SystemPackage

/// A torrent that a ``MetadataSearch`` has found.
public struct FoundMetadata: Sendable {
    /// The torrent with its metadata. Whether its data is what was searched for shows only when that has
    /// arrived.
    public let parameters: TorrentParameters
    /// The peers that name the torrent, at the port on which they listen. The sender of the metadata is the
    /// first. Empty if the torrent was named by its info-hash.
    public let peers: [PeerName]

    /// A torrent with metadata, and the peers that name it.
    package init(parameters: TorrentParameters, peers: [PeerName]) {
        self.parameters = parameters
        self.peers = peers
    }

    /// The folder to which the torrent is downloaded if its file must have `digest`, for data that exists.
    package func folder(of digest: ContentDigest?, in destination: FilePath) -> FilePath {
        guard let digest, let key = parameters.summary.key else { return destination }
        return Quarantine(of: digest, torrent: key, in: destination).folder
    }
}
