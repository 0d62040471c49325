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
    private let resolver: PeerResolver
    private var dhtJoin: DHTJoin
    private var network: NetworkWatch
    private let signals: SignalDescriptor
    private let events: EventSources<Source>
    private let log: SeederLog
    private let report: @Sendable (String) -> Void
    private var seeded: [Item: UInt64] = [:]
    private var torrents: [UInt64: (item: Item, torrent: Torrent)] = [:]
    private var goals: GoalWatch
    private var swarms: SwarmWatch
    private var trackers: TrackerWatch
    private var peers: Set<PeerResolver.Peer> = []
    private var lastToken: UInt64 = 0
    /// Torrents whose data changed and whose check is not done yet.
    private var checkedAgain: Set<UInt64> = []
    private var ports: Set<UInt16> = []
    private var ailing: Set<UInt64> = []
    private var refused = 0
    /// Events that came while torrents were added.
    private var untold: [SessionEvent] = []
    private var reported: SeederState?

    private enum Source: UInt64 {
        case session = 1
        case signals, resolver, goals, swarms, trackers, dhtJoin, networkNews, networkSettled
    }

    /// Opens the session. Blocks SIGINT, SIGTERM and SIGHUP. `log` takes one line at a time, and
    /// `report` how it is as a whole, in one line, whenever that has changed.
    public init(
        configuration: EngineConfiguration, log: @escaping @Sendable (String) -> Void,
        report: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(TorrentError) {
        self.configuration = configuration
        self.log = SeederLog(write: log)
        self.report = report
        TerminationSignals.endingOrReload.block()
        network = try NetworkWatch()
        session = try Session(configuration, pace: .calm)
        do throws(Errno) {
            resolver = try PeerResolver(configuration.peers, every: configuration.resolveInterval)
            signals = try SignalDescriptor(TerminationSignals.endingOrReload)
            goals = try GoalWatch(configuration.seedingGoal)
            swarms = try SwarmWatch()
            trackers = try TrackerWatch()
            dhtJoin = try DHTJoin(configuration.dht)
            events = try EventSources([
                .session: session.eventsReady, .signals: signals.descriptor,
                .resolver: resolver.changed, .goals: goals.due, .swarms: swarms.due,
                .trackers: trackers.due, .dhtJoin: dhtJoin.due,
                .networkNews: network.changed, .networkSettled: network.settled,
            ])
        } catch {
            throw .cannotWait(error)
        }
    }

    /// Seeds `items` and nothing else from now on; those that stay are not touched. An item that
    /// cannot be seeded is a warning, and the others are seeded.
    public func update(to items: [Item]) {
        let wanted = Set(items)
        let unwanted = seeded.filter { !wanted.contains($0.key) }
        for (item, token) in unwanted {
            goals.forget(token)
            seeded[item] = nil
            ailing.remove(token)
            checkedAgain.remove(token)
        }
        remove(Array(unwanted.values))
        refused = 0
        for item in items where seeded[item] == nil {
            // What is not taken in time is lost.
            if seeded.count.isMultiple(of: Self.addedAtOnce) { untold += session.takeEvents() }
            do throws(TorrentError) {
                try add(item)
            } catch {
                refused += 1
                log.warn("\(item.torrent) is not seeded: \(error)")
            }
        }
        handleEvents()
    }

    /// Of each there are several events at once, and libtorrent keeps 10,000.
    private static let addedAtOnce = 500

    /// How many torrents are seeded.
    public var count: Int { seeded.count }

    /// Seeds until SIGINT or SIGTERM. `reload` gives the items anew on SIGHUP.
    public func run(reload: () -> [Item]?) throws(TorrentError) {
        while true {
            for source in try events.wait() {
                switch source {
                case .session: handleEvents()
                case .resolver: connectToPeers()
                case .goals: endWhatIsSeededEnough()
                case .swarms: lookAtSwarms()
                case .trackers: tellOfTrackers()
                case .dhtJoin: announceToDHT()
                case .networkNews: network.takeNews()
                case .networkSettled: useNetwork()
                case .signals:
                    while let signal = signals.next() {
                        guard signal == SIGHUP else { return }
                        if let items = reload() { update(to: items) }
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
        for (_, torrent) in torrents.values.prefix(Self.announcedAtOnce) { torrent.announceToDHT() }
        dhtJoin.next(goesOn: session.dhtNodes == 0)
    }

    /// The network has gained something.
    private func useNetwork() {
        network.clear()
        session.reopenSockets()
        resolver.lookUp()
        if session.dhtNodes == 0 { dhtJoin.begin() }
    }

    private func add(_ item: Item) throws(TorrentError) {
        let parameters = try TorrentParameters(contentsOf: item.torrent)
        configuration.addTrackers(to: parameters)
        lastToken += 1
        let identity = parameters.identity
        // Of a selection some pieces are missing: which, has to be found out where it was not saved.
        let isKnown = !identity.isSelection || identity.knowsPieces
        let torrent = try session.add(
            parameters, folder: item.folder, partFolder: item.torrent.removingLastComponent(),
            purpose: isKnown ? .seed : .checkAndSeed, token: lastToken)
        seeded[item] = lastToken
        torrents[lastToken] = (item, torrent)
        goals.begin(lastToken)
        for peer in peers { torrent.connect(to: peer.host, port: peer.port) }
    }

    private func handleEvents() {
        let news = untold + session.takeEvents()
        untold = []
        for event in news {
            switch event {
            case .listening(_, let port):
                if ports.insert(port).inserted { log.say("listening on port \(port)") }
            case .cannotListen(_, let message): log.warn("cannot listen on \(message)")
            case .failed(let token, _, let message):
                if torrents[token] != nil { ailing.insert(token) }
                log.warn("\(name(token)) is not seeded any more: \(message)")
            case .unreadable(let token, _, let message): checkAgain(token, message)
            case .checked(let token): takeStock(token)
            case .banned, .corrupt, .finished, .metSelf, .metadataReceived, .webSeedFailed,
                .announced, .scraped, .trackerFailed:
                break
            }
        }
        swarms.take(news)
        trackers.take(news)
        if network.isUsed(by: news) {
            for (_, torrent) in torrents.values { torrent.announceToTrackers() }
        }
        reportChange()
    }

    private func tellOfTrackers() {
        for change in trackers.look(trackers: { torrents[$0]?.torrent.trackers ?? [] }) {
            switch change {
            case .failed(let url, let reason): log.warn("tracker \(url): \(reason)")
            case .works(let url): log.say("tracker \(url) works again")
            }
        }
        reportChange()
    }

    private func reportChange() {
        let state = SeederState(
            ports: ports, torrents: seeded.count, ailing: ailing.count, refused: refused,
            failingTrackers: trackers.failures, swarms: swarms.total)
        guard state != reported else { return }
        reported = state
        report(state.text)
    }

    /// What is on disk is not what it was when it was checked: nothing of it is believed any more.
    private func checkAgain(_ token: UInt64, _ message: String) {
        guard let torrent = torrents[token]?.torrent, checkedAgain.insert(token).inserted else {
            return
        }
        log.warn("\(name(token)): \(message); the data is checked again")
        ailing.insert(token)
        torrent.recheck()
    }

    /// A seeded torrent is checked as a whole when a piece that was asked for turned out to be corrupt,
    /// or could not be read as it was.
    private func takeStock(_ token: UInt64) {
        let wasCheckedAgain = checkedAgain.remove(token) != nil
        guard let status = torrents[token]?.torrent.status else { return }
        guard status.done < status.wanted else {
            ailing.remove(token)
            if wasCheckedAgain { log.say("\(name(token)): all of the data is as it has to be") }
            return
        }
        ailing.insert(token)
        let damaged = ByteCount(status.missing)
        log.warn("\(name(token)): \(damaged) on disk are corrupt or missing and are not served")
    }

    private func connectToPeers() {
        let now = resolver.takePeers()
        log.say("peers by name", came: now.subtracting(peers), went: peers.subtracting(now))
        peers = now
        for (_, torrent) in torrents.values {
            for peer in now { torrent.connect(to: peer.host, port: peer.port) }
        }
    }

    /// Its line stays on the seed list, and it is not seeded again before the seeder is started again.
    private func endWhatIsSeededEnough() {
        let ended = goals.reached(by: { torrents[$0]?.torrent.status })
        for (token, reached) in ended {
            log.say("\(name(token)) is seeded enough, and no longer: \(reached)")
        }
        remove(ended.map(\.0))
    }

    /// Takes torrents out of the session, and what trackers said of them with it.
    private func remove(_ tokens: [UInt64]) {
        guard !tokens.isEmpty else { return }
        for token in tokens {
            if let gone = torrents.removeValue(forKey: token) { session.remove(gone.torrent) }
        }
        swarms.forget(tokens)
        trackers.forget()
    }

    /// What trackers have said may be told now.
    private func lookAtSwarms() {
        swarms.look(
            counts: { torrents[$0]?.torrent.swarm }, scrape: { torrents[$0]?.torrent.scrape() })
        reportChange()
    }

    private func name(_ token: UInt64) -> String {
        torrents[token]?.item.torrent.string ?? "a torrent"
    }
}

/// What a seeder says.
private struct SeederLog {
    let write: @Sendable (String) -> Void

    func say(_ line: String) { write(line) }
    func warn(_ line: String) { write("warning: \(line)") }

    /// Says what there is more of, and less of.
    func say(_ what: String, came: Set<PeerResolver.Peer>, went: Set<PeerResolver.Peer>) {
        let changes = [("came", came), ("went", went)].filter { !$0.1.isEmpty }.map { verb, peers in
            let names = peers.map(\.description).sorted()
            let more = names.count > 4 ? ", and \(names.count - 4) more" : ""
            return "\(names.prefix(4).joined(separator: ", "))\(more) \(verb)"
        }
        if !changes.isEmpty { say("\(what): \(changes.joined(separator: "; "))") }
    }
}
