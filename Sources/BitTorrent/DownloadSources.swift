import LinuxSystem
import SystemPackage

/// What a ``Download`` waits for: the engine, the clock, names of peers, and signals that end it.
struct DownloadSources {
    enum Source: UInt64 {
        case session = 1
        case signals, tick, resolver, dhtJoin
    }

    private let resolver: PeerResolver
    private let signals: SignalDescriptor
    private let tick: TimerDescriptor
    private var dhtJoin: DHTJoin
    private let epoll: Epoll

    init(_ configuration: EngineConfiguration, session: Session) throws(TorrentError) {
        do throws(Errno) {
            resolver = try PeerResolver(configuration.peers, every: configuration.resolveInterval)
            signals = try SignalDescriptor(TerminationSignals.ending)
            tick = try TimerDescriptor()
            try tick.set(after: .seconds(1), every: .seconds(1))
            dhtJoin = try DHTJoin(configuration.dht)
            epoll = try Epoll()
            try epoll.add(dhtJoin.due, token: Source.dhtJoin.rawValue)
            try epoll.add(session.eventsReady, token: Source.session.rawValue)
            try epoll.add(signals.descriptor, token: Source.signals.rawValue)
            try epoll.add(tick.descriptor, token: Source.tick.rawValue)
            try epoll.add(resolver.changed, token: Source.resolver.rawValue)
        } catch {
            throw Self.cannotWait(error)
        }
    }

    /// Waits for at least one of them. Throws where a signal came that ends us.
    mutating func wait() throws(TorrentError) -> [Source] {
        let ready: [Source]
        do throws(Errno) {
            ready = try epoll.wait().compactMap { Source(rawValue: $0.token) }
        } catch {
            throw Self.cannotWait(error)
        }
        for source in ready {
            switch source {
            case .signals:
                if let signal = signals.next() { throw .interrupted(signal: signal) }
            case .tick: tick.clear()
            case .dhtJoin: dhtJoin.next(goesOn: true)
            // Those who take what there is have them wait again.
            case .session, .resolver: break
            }
        }
        return ready
    }

    /// The peers that names stand for at present.
    func takePeers() -> Set<PeerResolver.Peer> { resolver.takePeers() }

    private static func cannotWait(_ error: Errno) -> TorrentError {
        .inputOutput("cannot wait for events: \(error)")
    }
}
