import LinuxSystem
import SystemPackage

/// What a ``Download`` waits for: the engine, the clock, names of peers, and signals that end it.
struct DownloadSources {
    enum Source: UInt64 {
        case session = 1
        case signals, tick, resolver, dhtJoin, networkNews, network
    }

    private let resolver: PeerResolver
    private let signals: SignalDescriptor
    private let tick: TimerDescriptor
    private var dhtJoin: DHTJoin
    private var networkWatch: NetworkWatch
    private let events: EventSources<Source>

    init(
        _ configuration: EngineConfiguration, session: Session, network: NetworkWatch
    ) throws(TorrentError) {
        networkWatch = network
        resolver = try PeerResolver(configuration.peers, every: configuration.resolveInterval)
        do throws(Errno) {
            signals = try SignalDescriptor(TerminationSignals.ending)
            tick = try TimerDescriptor()
            try tick.set(after: .seconds(1), every: .seconds(1))
            dhtJoin = try DHTJoin(configuration.dht)
            events = try EventSources([
                .session: session.eventsReady, .signals: signals.descriptor,
                .tick: tick.descriptor, .resolver: resolver.changed, .dhtJoin: dhtJoin.due,
                .networkNews: networkWatch.changed, .network: networkWatch.settled,
            ])
        } catch {
            throw .cannotWait(error)
        }
    }

    /// Waits for at least one of them. Throws where a signal came that ends us.
    mutating func wait() throws(TorrentError) -> [Source] {
        let ready = try events.wait()
        for source in ready {
            switch source {
            case .signals:
                if let signal = signals.next() { throw .interrupted(signal: signal) }
            case .tick: tick.clear()
            case .dhtJoin: dhtJoin.next(goesOn: true)
            case .networkNews: networkWatch.takeNews()
            case .network:
                networkWatch.clear()
                dhtJoin.begin()
                resolver.lookUp()
            // Those who take what there is have them wait again.
            case .session, .resolver: break
            }
        }
        return ready
    }

    /// Whether others can reach us, by `news` of the session, where the network has gained something.
    func isOnNewNetwork(by news: [SessionEvent]) -> Bool { networkWatch.isUsed(by: news) }

    /// The peers that names stand for at present.
    func takePeers() -> Set<PeerResolver.Peer> { resolver.takePeers() }
}
