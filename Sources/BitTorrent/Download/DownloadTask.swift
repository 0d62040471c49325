import SystemPackage

/// The torrent of a ``Download`` in its session. It is added again if the metadata changes which files
/// are wanted, or the data must go to another folder.
struct DownloadTask {
    /// Why the torrent was added.
    enum Stage: UInt64 {
        /// To learn the files and their size from the metadata.
        case metadata = 1
        /// To download data to the first choice: the cache if there is one, otherwise DEST.
        case data
        /// To download data to DEST, after the cache was given up.
        case destination
    }

    let session: Session
    private(set) var torrent: Torrent
    private(set) var stage: Stage
    /// The check of existing data is complete.
    private(set) var isChecked = false
    /// Bytes received before the torrent was added again.
    private var receivedBefore: Int64 = 0
    private var namedPeers: Set<PeerResolver.Peer> = []
    /// Peers that, as others say, have the torrent.
    private let suggestedPeers: [PeerName]

    /// Adds the torrent to `session`.
    init(
        _ session: Session, _ parameters: TorrentParameters, at placement: DownloadPlacement,
        _ stage: Stage, purpose: Torrent.Purpose, peers: [PeerName] = []
    ) throws(TorrentError) {
        self.session = session
        self.stage = stage
        suggestedPeers = peers
        torrent = try session.add(
            parameters, folder: placement.folder, partFolder: placement.partFolder,
            purpose: stage == .metadata ? .check : purpose, token: stage.rawValue)
        for peer in peers {
            torrent.connect(to: peer.host, port: peer.port ?? PeerName.defaultPort)
        }
    }

    /// Bytes of data received in total.
    var received: Int64 { receivedBefore + (torrent.status?.downloaded ?? 0) }

    /// Bytes of data that are still missing.
    var missing: Int64 { torrent.status?.missing ?? 0 }

    /// True if an event with this token is about the current torrent.
    func isNamed(_ token: UInt64) -> Bool { token == stage.rawValue }

    /// Records that a check is complete. A check in the metadata stage does not cover data.
    mutating func noteChecked() { isChecked = isChecked || stage != .metadata }

    /// Removes the torrent from the session and adds it for another stage.
    mutating func addAnew(
        _ parameters: TorrentParameters, at placement: DownloadPlacement, _ stage: Stage,
        purpose: Torrent.Purpose
    ) throws(TorrentError) {
        let before = received
        session.remove(torrent)
        var next = try DownloadTask(
            session, parameters, at: placement, stage, purpose: purpose,
            peers: suggestedPeers)
        next.receivedBefore = before
        next.connect(to: namedPeers)
        self = next
    }

    /// Connects to these peers, now and whenever the torrent is added again.
    mutating func connect(to peers: Set<PeerResolver.Peer>) {
        namedPeers = peers
        for peer in peers { torrent.connect(to: peer.host, port: peer.port) }
    }

    /// Called when peers can reach us at a new address.
    mutating func announceAgain() {
        torrent.announceToTrackers()
        connect(to: namedPeers)
    }

    /// Asks these web servers, too.
    func add(webSeeds: [RemoteURL]) {
        for url in webSeeds { torrent.add(webSeed: url) }
    }

    /// Looks for peers in the DHT if none is connected.
    func lookInDHT() {
        session.askFirstNodes()
        if torrent.status?.peers == 0 { torrent.announceToDHT() }
    }
}
