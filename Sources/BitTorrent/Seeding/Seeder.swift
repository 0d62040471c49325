import Glibc
import LinuxSystem
import SystemPackage

/// Seeds any number of torrents in one session on one port, until it is stopped.
public final class Seeder {
    /// A torrent to seed.
    public struct Item: Hashable, Sendable {
        /// The .torrent file.
        public let torrent: FilePath
        /// The folder that contains the torrent's root.
        public let folder: FilePath

        /// The data in `folder` that the .torrent file `torrent` describes. Reads neither yet.
        public init(torrent: FilePath, folder: FilePath) {
            self.torrent = torrent
            self.folder = folder
        }
    }

    private let session: Session
    private let items: SeededItems
    private enum OwnEvent: UInt64 {
        case goals, scrapes, trackers, presence, reader, metrics
    }

    private var events: EngineEvents<OwnEvent>
    private let log: SeederLog
    private let reader: NotifySocketClient?
    private var goals: GoalWatch
    private var scrapes: ScrapeWatch
    private var trackers: TrackerWatch
    private var metrics: SeederMetrics
    private var peers: Set<PeerResolver.Peer> = []
    private var listening = ListeningState()
    /// Events that arrived while torrents were added.
    private var untold: [SessionEvent] = []
    private var reported: SeederState?

    /// The minimum number of descriptors for listening and serving a peer.
    private static let leastDescriptors: UInt = 64

    /// Opens the session. Blocks SIGINT, SIGTERM and SIGHUP. `log` receives lines of `logLevel` and
    /// more severe. `reader` receives the seeder's state whenever it changes.
    public init(
        configuration: EngineConfiguration, logLevel: LogLevel = .standard,
        log: @escaping @Sendable (SeederLog.Line) -> Void, reader: NotifySocketClient? = nil
    ) throws(TorrentError) {
        self.log = SeederLog(level: logLevel, write: log)
        self.reader = reader
        TerminationSignals.endingOrReload.block()
        try Self.requireDescriptors()
        let network = try NetworkWatch()
        session = try Session(configuration, pace: .calm)
        let readerReady: OwnedDescriptor
        do throws(Errno) {
            items = try SeededItems(session, configuration, log: self.log)
            goals = try GoalWatch(configuration.seedingGoal)
            scrapes = try ScrapeWatch()
            trackers = try TrackerWatch(learnsStates: reader != nil)
            metrics = try SeederMetrics(isOn: reader != nil)
            // Without a reader it is never ready.
            let silence = try EventDescriptor().descriptor
            readerReady = reader?.roomReady ?? silence
        } catch {
            throw .cannotWait(error)
        }
        events = try EngineEvents(
            configuration, session: session, network: network,
            signals: TerminationSignals.endingOrReload,
            own: [
                .goals: goals.due, .scrapes: scrapes.due, .trackers: trackers.due,
                .presence: items.due, .reader: readerReady, .metrics: metrics.due,
            ])
    }

    /// Raises a soft limit that is too low. Throws if the hard limit is too low.
    private static func requireDescriptors() throws(TorrentError) {
        let limit = CurrentProcess.descriptorLimit
        guard limit.soft < leastDescriptors else { return }
        guard limit.hard >= leastDescriptors else {
            throw .noResource(ResourceShortage(.descriptor, .tooManyOpenFiles))
        }
        CurrentProcess.descriptorLimit.soft = leastDescriptors
    }

    /// Seeds exactly `items` from now on. Items that stay are not affected. Items that cannot be
    /// seeded are logged. `faults` are messages about invalid lines of the seed list.
    public func update(to items: [Item], faults: [String] = []) {
        self.items.update(to: items, faults: faults) { untold += session.takeEvents() }
        takeChanges()
        handleEvents()
    }

    /// The number of seeded torrents.
    public var count: Int { items.torrents.count }

    /// Seeds until SIGINT or SIGTERM. Calls `reload` on SIGHUP.
    public func run(reload: () -> Void) throws(TorrentError) {
        while true {
            for source in try events.wait() {
                switch source {
                case .session: handleEvents()
                case .resolver: connectToPeers()
                case .own(.goals): endWhatIsSeededEnough()
                case .own(.scrapes): lookAtSwarms()
                case .own(.trackers): tellOfTrackers()
                case .dhtReannounce: announceToDHT()
                case .networkSettled: useNetwork()
                case .own(.presence): lookAtData()
                case .own(.reader): reader?.sendPending()
                case .own(.metrics):
                    metrics.clear()
                    session.requestCounters()
                case .signals:
                    while let signal = events.nextSignal() {
                        guard signal == SIGHUP else { return }
                        reload()
                    }
                }
            }
        }
    }

    /// The maximum number of torrents to announce immediately. The others follow at their regular
    /// time.
    private static let announcedAtOnce = 50

    /// Repeats until the DHT has nodes.
    private func announceToDHT() {
        session.askFirstNodes()
        for torrent in items.torrents.values.prefix(Self.announcedAtOnce) {
            torrent.announceToDHT()
        }
        for rendezvous in items.meetings.prefix(Self.announcedAtOnce) { rendezvous.announceToDHT() }
        events.planDHTAnnounce(goesOn: session.dhtNodes == 0)
    }

    /// Called after the network gained an address or device.
    private func useNetwork() {
        session.reopenSockets()
        if session.dhtNodes == 0 { events.beginDHTAnnounces() }
    }

    /// Updates all parts for added and removed torrents.
    private func takeChanges() {
        let changes = items.takeChanges()
        if !changes.removed.isEmpty {
            for token in changes.removed { goals.forget(token) }
            scrapes.forget(changes.removed)
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
                if listening.listens(on: port) { log.say("listening on port \(port)") }
            case .cannotListen(_, let message):
                listening.fails(message)
                log.error("cannot listen on \(message)")
            case .counters: reportMetrics()
            default: items.take(event)
            }
            if log.level == .debug, let words = event.words(name: items.name) { log.debug(words) }
        }
        takeChanges()
        scrapes.take(news)
        trackers.take(news)
        metrics.take(news)
        if events.isOnNewNetwork(by: news) {
            for torrent in items.torrents.values { torrent.announceToTrackers() }
            for rendezvous in items.meetings { rendezvous.announceToTrackers() }
        }
        reportChange()
    }

    private func lookAtData() {
        items.look()
        takeChanges()
        listening.requireAddress()
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
            ports: listening.ports, listeningFault: listening.fault, items: items.report,
            failingTrackers: trackers.failures, swarms: scrapes.total)
        guard state != reported else { return }
        reported = state
        reader?.send(state.datagram)
    }

    private func reportMetrics() {
        guard let reader else { return }
        let datagrams = metrics.datagrams(
            session.counters, ports: listening.ports, trackers: trackers, swarms: scrapes.total,
            torrents: items.metrics)
        if !datagrams.isEmpty { reader.send(series: datagrams) }
    }

    private func connectToPeers() {
        let now = events.takePeers()
        log.say("peers by name", added: now.subtracting(peers), removed: peers.subtracting(now))
        peers = now
        for torrent in items.torrents.values {
            for peer in now { torrent.connect(to: peer.host, port: peer.port) }
        }
    }

    private func endWhatIsSeededEnough() {
        for (token, reached) in goals.reached(by: { items.torrents[$0]?.status }) {
            let reason = reached.words(session.names)
            log.say("\(items.name(token)) is no longer seeded: \(reason)", of: items.key(token))
            items.retire(token)
        }
        takeChanges()
        reportChange()
    }

    /// Trackers may have reported new counts.
    private func lookAtSwarms() {
        scrapes.look(
            counts: { items.torrents[$0]?.swarm }, scrape: { items.torrents[$0]?.scrape() })
        reportChange()
    }
}
