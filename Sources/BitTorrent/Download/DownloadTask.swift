import SystemPackage

/// The torrent of a ``Download`` in its session. It is added anew when it turns out that other files are wanted, or
/// that the data belongs elsewhere.
struct DownloadTask {
    /// What the torrent was added for.
    enum Stage: UInt64 {
        /// To learn from the metadata which files there are to choose from, and whether the cache has room.
        case metadata = 1
        case data
        /// Data, after the cache was left.
        case destination
    }

    let session: Session
    private(set) var torrent: Torrent
    private(set) var stage: Stage
    /// What was there has been checked by its hashes.
    private(set) var isChecked = false
    /// Bytes that came to torrents that are no longer in the session.
    private var receivedBefore: Int64 = 0
    private var namedPeers: Set<PeerResolver.Peer> = []

    /// Adds the torrent to `session`.
    init(
        _ session: Session, _ parameters: TorrentParameters, at placement: DownloadPlacement,
        _ stage: Stage, purpose: Torrent.Purpose
    ) throws(TorrentError) {
        self.session = session
        self.stage = stage
        torrent = try session.add(
            parameters, folder: placement.folder, partFolder: placement.partFolder,
            purpose: stage == .metadata ? .check : purpose, token: stage.rawValue)
    }

    /// Bytes of data that have come, to this torrent and to those before it.
    var received: Int64 { receivedBefore + (torrent.status?.downloaded ?? 0) }

    /// Bytes that are still to come.
    var missing: Int64 { torrent.status?.missing ?? 0 }

    /// Whether an event is about the torrent that is in the session now.
    func isNamed(_ token: UInt64) -> Bool { token == stage.rawValue }

    /// Takes note that the check has ended; a check for the metadata's sake says nothing of the data.
    mutating func noteChecked() { isChecked = isChecked || stage != .metadata }

    /// Puts the torrent into the session again, at the place that is right for it now.
    mutating func addAnew(
        _ parameters: TorrentParameters, at placement: DownloadPlacement, _ stage: Stage,
        purpose: Torrent.Purpose
    ) throws(TorrentError) {
        let before = received
        session.remove(torrent)
        var next = try DownloadTask(session, parameters, at: placement, stage, purpose: purpose)
        next.receivedBefore = before
        next.connect(to: namedPeers)
        self = next
    }

    /// Connects to the peers that names stand for, now and whenever the torrent is added anew.
    mutating func connect(to peers: Set<PeerResolver.Peer>) {
        namedPeers = peers
        for peer in peers { torrent.connect(to: peer.host, port: peer.port) }
    }

    /// The network has gained something by which others can reach us.
    mutating func announceAgain() {
        torrent.announceToTrackers()
        connect(to: namedPeers)
    }

    /// Asks the DHT for peers, as long as none is connected.
    func lookInDHT() {
        session.askFirstNodes()
        if torrent.status?.peers == 0 { torrent.announceToDHT() }
    }
}
