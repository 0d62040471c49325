import CLibtorrent

/// How far a torrent is. Numbers are bytes, and bytes a second.
public struct TorrentStatus: Equatable, Sendable {
    /// What is done at the moment.
    public enum State: Equatable, Sendable {
        /// Peers are asked for the metadata (BEP 9).
        case fetchingMetadata
        /// What is on disk is checked by its hashes; how far, from 0 to 1.
        case checking(Double)
        case downloading
        /// All that is wanted is there and verified.
        case complete
    }

    /// What is done at the moment.
    public var state: State
    /// Of all files that were chosen.
    public var wanted: Int64
    /// Of these, what is there and verified.
    public var done: Int64
    /// What of that was there when the check ended; 0 before, and where the torrent is seeded.
    public var present: Int64
    /// Data that came from others since it was added.
    public var downloaded: Int64
    /// Data that others got since it was added.
    public var uploaded: Int64
    /// Of data, at the moment.
    public var downloadRate: Int
    /// Peers connected.
    public var peers: Int
    /// Peers connected that have everything.
    public var seeds: Int
    /// Peers heard of, connected or not.
    public var knownPeers: Int

    /// Bytes of what is wanted that are still to come.
    var missing: Int64 { wanted - done }

    /// Whether all was there when the check ended.
    var wasComplete: Bool { present == wanted }

    init(_ status: pierdat_status) {
        state =
            switch status.state {
            case PIERDAT_STATE_METADATA: .fetchingMetadata
            case PIERDAT_STATE_CHECKING: .checking(Double(status.checked_ppm) / 1_000_000)
            case PIERDAT_STATE_COMPLETE: .complete
            default: .downloading
            }
        wanted = status.wanted
        done = status.done
        present = status.present
        downloaded = status.downloaded
        uploaded = status.uploaded
        downloadRate = Int(status.download_rate)
        peers = Int(status.peers)
        seeds = Int(status.seeds)
        knownPeers = Int(status.known_peers)
    }
}
