import CLibtorrent

/// How far a torrent is. Numbers are bytes, and bytes a second.
public struct TorrentStatus: Equatable, Sendable {
    public enum State: Equatable, Sendable {
        /// Peers are asked for the metadata (BEP 9).
        case fetchingMetadata
        /// What is on disk is checked by its hashes; how far, from 0 to 1.
        case checking(Double)
        case downloading
        /// All that is wanted is there and verified.
        case complete
    }

    public var state: State
    public var isStopped: Bool
    public var wanted: Int64
    public var done: Int64
    public var downloaded: Int64
    public var uploaded: Int64
    public var downloadRate: Int
    public var uploadRate: Int
    /// Peers connected, and those of them that have everything.
    public var peers: Int
    public var seeds: Int
    /// Peers heard of, connected or not.
    public var knownPeers: Int

    init(_ status: pierdat_status) {
        state =
            switch status.state {
            case PIERDAT_STATE_METADATA: .fetchingMetadata
            case PIERDAT_STATE_CHECKING: .checking(Double(status.checked_ppm) / 1_000_000)
            case PIERDAT_STATE_COMPLETE: .complete
            default: .downloading
            }
        isStopped = status.stopped
        wanted = status.wanted
        done = status.done
        downloaded = status.downloaded
        uploaded = status.uploaded
        downloadRate = Int(status.download_rate)
        uploadRate = Int(status.upload_rate)
        peers = Int(status.peers)
        seeds = Int(status.seeds)
        knownPeers = Int(status.known_peers)
    }
}
