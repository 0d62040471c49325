import Digest

/// What a ``MetadataSearch`` looks for.
public struct SearchedContent: Sendable {
    /// The digest of a single file. nil if it is not known.
    public var digest: ContentDigest?
    /// The torrent's info-hashes, with trackers and peers. nil if they are not known.
    public var link: MagnetLink?
    /// Torrents that have proved to be of no use, for example because their data has another digest.
    public var refused: [TorrentParameters] = []
    /// Peers of the rendezvous that are not asked, because they named such torrents.
    public var banned: Set<PeerName> = []

    /// The torrents of a file with `digest`, the torrent of `link`, or both.
    public init(digest: ContentDigest?, link: MagnetLink? = nil) {
        self.digest = digest
        self.link = link
    }
}
