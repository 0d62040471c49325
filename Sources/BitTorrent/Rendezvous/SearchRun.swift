import LinuxSystem
import SystemPackage

/// A search for metadata in a session of its own: at the rendezvous of a digest, from peers of an info-hash,
/// or both. Not thread-safe.
final class SearchRun {
    private enum OwnEvent: UInt64 {
        case tick, cancel
    }

    private enum Token: UInt64 {
        case rendezvous = 1
        case link
    }

    private let session: Session
    private let rendezvous: RendezvousSearch?
    private let linked: Torrent?
    private let content: SearchedContent
    private let configuration: EngineConfiguration
    private var events: EngineEvents<OwnEvent>
    /// Each second.
    private let tick: TimerDescriptor
    private var ticks = 0
    private var found: [FoundMetadata] = []
    private var named: Set<PeerResolver.Peer> = []
    private var findings = PeerFindings()

    /// Peers that connect to nobody are found only by asking the trackers again.
    private static let ticksBetweenAnnounces = 30

    /// Joins the swarms. `signals` end the search; `cancel` does so, too.
    init(
        for content: SearchedContent, _ configuration: EngineConfiguration, signals: SignalSet,
        cancel: EventDescriptor
    ) throws(TorrentError) {
        self.content = content
        self.configuration = configuration
        let network = try NetworkWatch()
        let session = try Session(configuration, pace: .eager)
        self.session = session
        rendezvous = try content.digest.map { digest throws(TorrentError) in
            try RendezvousSearch(
                of: digest, in: session, configuration, token: Token.rendezvous.rawValue)
        }
        linked = try Self.join(content.link, session, configuration)
        for parameters in content.refused { rendezvous?.refuse(parameters) }
        for peer in content.banned { rendezvous?.exclude(peer) }
        do throws(Errno) {
            tick = try TimerDescriptor()
            try tick.set(after: .seconds(1), every: .seconds(1))
        } catch {
            throw .cannotWait(error)
        }
        events = try EngineEvents(
            configuration, session: session, network: network, signals: signals,
            own: [.tick: tick.descriptor, .cancel: cancel.descriptor])
    }

    /// Downloads only metadata.
    private static func join(
        _ link: MagnetLink?, _ session: Session, _ configuration: EngineConfiguration
    ) throws(TorrentError) -> Torrent? {
        guard let link else { return nil }
        let parameters = try TorrentParameters(link)
        configuration.addTrackers(to: parameters)
        parameters.select([])
        return try session.add(
            parameters, folder: "/nonexistent", partFolder: "/nonexistent", purpose: .check,
            token: Token.link.rawValue)
    }

    private var torrents: [Torrent] { [rendezvous?.torrent, linked].compactMap(\.self) }

    /// The next torrent that was found. Calls `goesOn` every second. nil when that returns false, or after a
    /// cancellation.
    func next(_ goesOn: () throws(TorrentError) -> Bool) throws(TorrentError) -> FoundMetadata? {
        while found.isEmpty {
            for source in try events.wait() {
                switch source {
                case .session: try take(session.takeEvents())
                case .resolver: connect(to: events.takePeers())
                case .dhtReannounce: lookInDHT()
                case .networkSettled:
                    events.beginDHTAnnounces()
                    session.reopenSockets()
                case .signals:
                    if let signal = events.nextSignal() { throw .interrupted(signal: signal) }
                case .own(.tick):
                    tick.clear()
                    announceAgain()
                    guard try goesOn() else { return nil }
                case .own(.cancel): return nil
                }
            }
        }
        return found.removeFirst()
    }

    private func take(_ news: [SessionEvent]) throws(TorrentError) {
        if events.isOnNewNetwork(by: news) {
            for torrent in torrents { torrent.announceToTrackers() }
            connect(to: named)
        }
        for event in news {
            switch event {
            case .metadataReceived(Token.link.rawValue): try takeLinked()
            case .metSelf(_, let address): findings.note(ownAddress: address)
            case .peerLeft(_, let departure): findings.note(departure)
            default: break
            }
        }
        found += rendezvous?.take() ?? []
    }

    private func takeLinked() throws(TorrentError) {
        guard let linked, let link = content.link else { return }
        let metadata = try linked.currentParameters()
        session.remove(linked)
        let parameters = try TorrentParameters(link).adding(metadataOf: metadata)
        parameters.digest = content.digest
        found.append(FoundMetadata(parameters: parameters, peers: []))
    }

    private func connect(to peers: Set<PeerResolver.Peer>) {
        named = peers
        for torrent in torrents {
            for peer in peers { torrent.connect(to: peer.host, port: peer.port) }
        }
    }

    private func lookInDHT() {
        events.planDHTAnnounce(goesOn: true)
        session.askFirstNodes()
        for torrent in torrents where torrent.status?.peers == 0 { torrent.announceToDHT() }
    }

    private func announceAgain() {
        ticks += 1
        guard ticks.isMultiple(of: Self.ticksBetweenAnnounces) else { return }
        for torrent in torrents { torrent.announceToTrackers() }
    }

    // MARK: Reports

    /// The progress of the search. nil if it has none.
    var status: TorrentStatus? { torrents.first?.status }

    /// Why nothing was found yet.
    var report: StallReport? {
        guard let torrent = torrents.first, var status = torrent.status else { return nil }
        let nodes = session.dhtNodes
        status.knownPeers = findings.others(among: status.knownPeers)
        var report = StallReport(
            status: status, trackers: torrent.trackers, peers: findings, dhtNodes: nodes,
            dht: configuration.dht, hasNetwork: NetworkInterfaces.leadOut,
            names: configuration.names)
        report.refusals = rendezvous?.refusals ?? []
        report.isRendezvous = rendezvous != nil
        return report
    }
}
