import LinuxSystem
import SystemPackage

/// The event sources of a ``Download``: the engine, timers, name resolution and signals.
struct DownloadEvents {
    enum Source: UInt64 {
        case session = 1
        case signals, tick, resolver, dhtReannounce, netlink, network
    }

    private let resolver: PeerResolver
    private let signals: SignalDescriptor
    private let tick: TimerDescriptor
    private var dhtReannounce: DHTReannounce
    private var networkWatch: NetworkWatch
    private let events: EventPoller<Source>

    init(
        _ configuration: EngineConfiguration, session: Session, network: NetworkWatch
    ) throws(TorrentError) {
        networkWatch = network
        resolver = try PeerResolver(configuration.peers, every: configuration.resolveInterval)
        do throws(Errno) {
            signals = try SignalDescriptor(TerminationSignals.ending)
            tick = try TimerDescriptor()
            try tick.set(after: .seconds(1), every: .seconds(1))
            dhtReannounce = try DHTReannounce(configuration.dht)
            events = try EventPoller([
                .session: session.eventsReady, .signals: signals.descriptor,
                .tick: tick.descriptor, .resolver: resolver.changed,
                .dhtReannounce: dhtReannounce.due,
                .netlink: networkWatch.changed, .network: networkWatch.settled,
            ])
        } catch {
            throw .cannotWait(error)
        }
    }

    /// Waits for at least one event. Throws if a signal interrupts the download.
    mutating func wait() throws(TorrentError) -> [Source] {
        let ready = try events.wait()
        for source in ready {
            switch source {
            case .signals:
                if let signal = signals.next() { throw .interrupted(signal: signal) }
            case .tick: tick.clear()
            case .dhtReannounce: dhtReannounce.next(goesOn: true)
            case .netlink: networkWatch.takeNews()
            case .network:
                networkWatch.clear()
                dhtReannounce.begin()
                resolver.lookUp()
            // These are cleared when their data is taken.
            case .session, .resolver: break
            }
        }
        return ready
    }

    /// True if `news` shows that peers can reach us after a gain of the network.
    func isOnNewNetwork(by news: [SessionEvent]) -> Bool { networkWatch.isUsed(by: news) }

    /// The current addresses of the peers named by host.
    func takePeers() -> Set<PeerResolver.Peer> { resolver.takePeers() }
}
