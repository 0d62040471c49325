import LinuxSystem
import SystemPackage

/// The event sources of a ``Download`` or a ``Seeder``: the engine, the names of peers, the DHT, the network, signals,
/// and its own sources.
struct EngineEvents<Own: RawRepresentable & Sendable> where Own.RawValue == UInt64 {
    enum Source {
        /// The session has events to take.
        case session
        /// Names of peers were resolved again.
        case resolver
        /// A DHT announce is due: see ``planDHTAnnounce(goesOn:)``.
        case dhtReannounce
        /// The network has gained something and has settled. The names of peers are resolved again.
        case networkSettled
        /// See ``nextSignal()``.
        case signals
        case own(Own)
    }

    private enum Shared: UInt64 {
        case session = 1
        case resolver, dhtReannounce, netlink, networkSettled, signals
    }

    private let resolver: PeerResolver
    private let signals: SignalDescriptor
    private var dhtReannounce: DHTReannounce
    private var network: NetworkWatch
    private let epoll: Epoll

    /// Added to the tokens of own sources.
    private static var offset: UInt64 { 100 }

    /// `network` must be created before the session, so that it misses no change.
    init(
        _ configuration: EngineConfiguration, session: Session, network: NetworkWatch,
        signals set: SignalSet, own: KeyValuePairs<Own, OwnedDescriptor>
    ) throws(TorrentError) {
        self.network = network
        resolver = try PeerResolver(configuration.peers, every: configuration.resolveInterval)
        do throws(Errno) {
            signals = try SignalDescriptor(set)
            dhtReannounce = try DHTReannounce(configuration.dht)
            epoll = try Epoll()
            let shared: KeyValuePairs<Shared, OwnedDescriptor> = [
                .session: session.eventsReady, .resolver: resolver.changed,
                .dhtReannounce: dhtReannounce.due, .netlink: network.changed,
                .networkSettled: network.settled, .signals: signals.descriptor,
            ]
            for (source, descriptor) in shared {
                try epoll.add(descriptor, token: source.rawValue)
            }
            for (source, descriptor) in own {
                try epoll.add(descriptor, token: source.rawValue + Self.offset)
            }
        } catch {
            throw .cannotWait(error)
        }
    }

    /// Waits for at least one source. All sources except the network stay ready until they are handled.
    mutating func wait() throws(TorrentError) -> [Source] {
        let ready: [(token: UInt64, events: Epoll.Events)]
        do throws(Errno) {
            ready = try epoll.wait()
        } catch {
            throw .cannotWait(error)
        }
        return ready.compactMap { source(of: $0.token) }
    }

    private mutating func source(of token: UInt64) -> Source? {
        switch Shared(rawValue: token) {
        case .session: return .session
        case .resolver: return .resolver
        case .dhtReannounce: return .dhtReannounce
        case .netlink:
            network.takeNews()
            return nil
        case .networkSettled:
            network.clear()
            resolver.lookUp()
            return .networkSettled
        case .signals: return .signals
        case nil: return Own(rawValue: token - Self.offset).map { .own($0) }
        }
    }

    /// The next pending signal. nil if there is none.
    func nextSignal() -> CInt? { signals.next() }

    /// The current addresses of the peers named by host.
    func takePeers() -> Set<PeerResolver.Peer> { resolver.takePeers() }

    /// Schedules the next announce to the DHT if `goesOn`.
    mutating func planDHTAnnounce(goesOn: Bool) { dhtReannounce.next(goesOn: goesOn) }

    /// Starts announces to the DHT.
    mutating func beginDHTAnnounces() { dhtReannounce.begin() }

    /// True if `news` shows that peers can reach us after a gain of the network.
    func isOnNewNetwork(by news: [SessionEvent]) -> Bool { network.isUsed(by: news) }
}
