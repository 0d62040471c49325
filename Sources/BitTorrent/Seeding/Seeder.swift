import Glibc
import LinuxSystem
import SystemPackage

/// Seeds torrents until it is told to stop: one session, one port, however many there are.
public final class Seeder {
    /// One thing to seed.
    public struct Item: Hashable, Sendable {
        /// The .torrent file.
        public let torrent: FilePath
        /// The folder that the torrent's root lies in.
        public let folder: FilePath

        public init(torrent: FilePath, folder: FilePath) {
            self.torrent = torrent
            self.folder = folder
        }
    }

    private let configuration: EngineConfiguration
    private let session: Session
    private let items: SeededItems
    private let resolver: PeerResolver
    private var dhtReannounce: DHTReannounce
    private var network: NetworkWatch
    private let signals: SignalDescriptor
    private let events: EventPoller<Source>
    private let log: SeederLog
    private let reader: NotifySocketClient?
    private var goals: GoalWatch
    private var swarms: ScrapeWatch
    private var trackers: TrackerWatch
    private var peers: Set<PeerResolver.Peer> = []
    private var ports: Set<UInt16> = []
    private var listeningFault: String?
    /// Events that came while torrents were added.
    private var untold: [SessionEvent] = []
    private var reported: SeederState?

    private enum Source: UInt64 {
        case session = 1
        case signals, resolver, goals, swarms, trackers, dhtReannounce, netlink, networkSettled,
            presence
        case reader
    }

    /// So many descriptors it takes to listen, and to serve anybody at all.
    private static let leastDescriptors: UInt = 64

    /// Opens the session. Blocks SIGINT, SIGTERM and SIGHUP. `log` takes one line at a time, of `logLevel`
    /// and above, and `reader` is told how the seeder is as a whole whenever that has changed.
    public init(
        configuration: EngineConfiguration, logLevel: LogLevel = .standard,
        log: @escaping @Sendable (String) -> Void, reader: NotifySocketClient? = nil
    ) throws(TorrentError) {
        self.configuration = configuration
        self.log = SeederLog(level: logLevel, write: log)
        self.reader = reader
        TerminationSignals.endingOrReload.block()
        try Self.requireDescriptors()
        network = try NetworkWatch()
        session = try Session(configuration, pace: .calm)
        resolver = try PeerResolver(configuration.peers, every: configuration.resolveInterval)
        do throws(Errno) {
            items = try SeededItems(session, configuration, log: self.log)
            signals = try SignalDescriptor(TerminationSignals.endingOrReload)
            goals = try GoalWatch(configuration.seedingGoal)
            swarms = try ScrapeWatch()
            trackers = try TrackerWatch()
            dhtReannounce = try DHTReannounce(configuration.dht)
            let silence = try EventDescriptor().descriptor
            events = try EventPoller([
                .session: session.eventsReady, .signals: signals.descriptor,
                .resolver: resolver.changed, .goals: goals.due, .swarms: swarms.due,
                .trackers: trackers.due, .dhtReannounce: dhtReannounce.due,
                .netlink: network.changed, .networkSettled: network.settled,
                .presence: items.due, .reader: reader?.roomReady ?? silence,
            ])
        } catch {
            throw .cannotWait(error)
        }
    }

    /// Raises a soft limit that is too low; throws where the hard one is.
    private static func requireDescriptors() throws(TorrentError) {
        let limit = CurrentProcess.descriptorLimit
        guard limit.soft < leastDescriptors else { return }
        guard limit.hard >= leastDescriptors else {
            throw .noResource(ResourceShortage(.descriptor, .tooManyOpenFiles))
        }
        CurrentProcess.descriptorLimit.soft = leastDescriptors
    }

    /// Seeds `items` and nothing else from now on; those that stay are not touched. An item that
    /// cannot be seeded is told in the log, and the others are seeded. `faults` are lines of the seed list that
    /// are not understood, each told in words.
    public func update(to items: [Item], faults: [String] = []) {
        self.items.update(to: items, faults: faults) { untold += session.takeEvents() }
        takeChanges()
        handleEvents()
    }

    /// How many torrents are seeded.
    public var count: Int { items.torrents.count }

    /// Seeds until SIGINT or SIGTERM. `reload` is called on SIGHUP.
    public func run(reload: () -> Void) throws(TorrentError) {
        while true {
            for source in try events.wait() {
                switch source {
                case .session: handleEvents()
                case .resolver: connectToPeers()
                case .goals: endWhatIsSeededEnough()
                case .swarms: lookAtSwarms()
                case .trackers: tellOfTrackers()
                case .dhtReannounce: announceToDHT()
                case .netlink: network.takeNews()
                case .networkSettled: useNetwork()
                case .presence: lookAtData()
                case .reader: reader?.sendPending()
                case .signals:
                    while let signal = signals.next() {
                        guard signal == SIGHUP else { return }
                        reload()
                    }
                }
            }
        }
    }

    /// Of many torrents the first; the others come by and by.
    private static let announcedAtOnce = 50

    /// Until the DHT has nodes.
    private func announceToDHT() {
        session.askFirstNodes()
        for torrent in items.torrents.values.prefix(Self.announcedAtOnce) {
            torrent.announceToDHT()
        }
        dhtReannounce.next(goesOn: session.dhtNodes == 0)
    }

    /// The network has gained something.
    private func useNetwork() {
        network.clear()
        session.reopenSockets()
        resolver.lookUp()
        if session.dhtNodes == 0 { dhtReannounce.begin() }
    }

    /// Does with torrents what has to be done when they come or go.
    private func takeChanges() {
        let changes = items.takeChanges()
        if !changes.removed.isEmpty {
            for token in changes.removed { goals.forget(token) }
            swarms.forget(changes.removed)
            trackers.forget()
        }
        for token in changes.added {
            goals.begin(token)
            for peer in peers { items.torrents[token]?.connect(to: peer.host, port: peer.port) }
        }
    }

    private func handleEvents() {
        let news = untold + session.takeEvents()
        untold = []
        for event in news {
            switch event {
            case .listening(_, let port):
                listeningFault = nil
                if ports.insert(port).inserted { log.say("listening on port \(port)") }
            case .cannotListen(_, let message):
                if ports.isEmpty { listeningFault = "it listens nowhere: \(message)" }
                log.error("cannot listen on \(message)")
            default: items.take(event)
            }
            if log.level == .debug, let words = event.words(name: items.name) { log.debug(words) }
        }
        takeChanges()
        swarms.take(news)
        trackers.take(news)
        if network.isUsed(by: news) {
            for torrent in items.torrents.values { torrent.announceToTrackers() }
        }
        reportChange()
    }

    private func lookAtData() {
        items.look()
        takeChanges()
        // Whoever has no address at all is told of no socket either.
        if ports.isEmpty, listeningFault == nil {
            listeningFault = "it listens nowhere: no network interface has an address"
        }
        reportChange()
    }

    private func tellOfTrackers() {
        for change in trackers.look(trackers: { items.torrents[$0]?.trackers ?? [] }) {
            switch change {
            case .failed(let url, let reason): log.warn("tracker \(url): \(reason)")
            case .works(let url): log.say("tracker \(url) works again")
            }
        }
        reportChange()
    }

    private func reportChange() {
        let state = SeederState(
            ports: ports, listeningFault: listeningFault, items: items.report,
            failingTrackers: trackers.failures, swarms: swarms.total)
        guard state != reported else { return }
        reported = state
        reader?.send(state.datagram)
    }

    private func connectToPeers() {
        let now = resolver.takePeers()
        log.say("peers by name", came: now.subtracting(peers), went: peers.subtracting(now))
        peers = now
        for torrent in items.torrents.values {
            for peer in now { torrent.connect(to: peer.host, port: peer.port) }
        }
    }

    private func endWhatIsSeededEnough() {
        for (token, reached) in goals.reached(by: { items.torrents[$0]?.status }) {
            log.say("\(items.name(token)) is seeded enough, and no longer: \(reached)")
            items.retire(token)
        }
        takeChanges()
        reportChange()
    }

    /// What trackers have said may be told now.
    private func lookAtSwarms() {
        swarms.look(
            counts: { items.torrents[$0]?.swarm }, scrape: { items.torrents[$0]?.scrape() })
        reportChange()
    }
}
