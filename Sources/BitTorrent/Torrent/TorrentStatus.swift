import CLibtorrent

/// The progress of a torrent. Sizes are in bytes, rates in bytes per second.
public struct TorrentStatus: Equatable, Sendable {
    /// The current activity.
    public enum State: Equatable, Sendable {
        /// Requesting the metadata from peers (BEP 9).
        case fetchingMetadata
        /// Checking data on disk against its hashes, with the progress from 0 to 1.
        case checking(Double)
        case downloading
        /// All wanted data is present and verified.
        case complete
    }

    /// The current activity.
    public var state: State
    /// The size of all wanted files.
    public var wanted: Int64
    /// How much of `wanted` is present and verified.
    public var done: Int64
    /// How much of `done` was present when the check ended. 0 before that, and for seeded torrents.
    public var present: Int64
    /// Payload bytes received since the torrent was added.
    public var downloaded: Int64
    /// Payload bytes sent since the torrent was added.
    public var uploaded: Int64
    /// Bytes of data received from peers, also if they were not needed. 0 for seeded torrents.
    public var fromPeers: Int64
    /// The same for web seeds.
    public var fromWebSeeds: Int64
    /// The current download rate of payload.
    public var downloadRate: Int
    /// Connected peers.
    public var peers: Int
    /// Connected seeders.
    public var seeds: Int
    /// Known peers, connected or not.
    public var knownPeers: Int

    /// Wanted bytes that are still to be downloaded.
    var missing: Int64 { wanted - done }

    /// True if everything was present when the check ended.
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
        fromPeers = status.from_peers
        fromWebSeeds = status.from_web_seeds
        downloadRate = Int(status.download_rate)
        peers = Int(status.peers)
        seeds = Int(status.seeds)
        knownPeers = Int(status.known_peers)
    }
}
