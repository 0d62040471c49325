import LinuxSystem
import SystemPackage

/// What a ``Seeder`` waits for: the engine, names of peers, the network, timers, and signals.
struct SeederEvents {
    enum Source: UInt64 {
        case session = 1
        case signals, resolver, goals, scrapes, trackers, dhtReannounce, netlink, networkSettled,
            presence
        case reader
    }

    /// The descriptors of what the seeder itself looks after.
    struct Descriptors {
        let session: OwnedDescriptor
        let goals: OwnedDescriptor
        let scrapes: OwnedDescriptor
        let trackers: OwnedDescriptor
        let presence: OwnedDescriptor
        /// nil without a reader of reports.
        let reader: OwnedDescriptor?
    }

    private let resolver: PeerResolver
    private let signals: SignalDescriptor
    private var dhtReannounce: DHTReannounce
    private var network: NetworkWatch
    private let poller: EventPoller<Source>

    /// `network` has been made before the session, so that it misses nothing.
    init(
        _ configuration: EngineConfiguration, network: NetworkWatch, _ descriptors: Descriptors
    ) throws(TorrentError) {
        self.network = network
        resolver = try PeerResolver(configuration.peers, every: configuration.resolveInterval)
        do throws(Errno) {
            signals = try SignalDescriptor(TerminationSignals.endingOrReload)
            dhtReannounce = try DHTReannounce(configuration.dht)
            let silence = try EventDescriptor().descriptor
            poller = try EventPoller([
                .session: descriptors.session, .signals: signals.descriptor,
                .resolver: resolver.changed, .goals: descriptors.goals,
                .scrapes: descriptors.scrapes, .trackers: descriptors.trackers,
                .dhtReannounce: dhtReannounce.due, .netlink: network.changed,
                .networkSettled: network.settled, .presence: descriptors.presence,
                .reader: descriptors.reader ?? silence,
            ])
        } catch {
            throw .cannotWait(error)
        }
    }

    /// Waits for at least one of them.
    mutating func wait() throws(TorrentError) -> [Source] {
        let ready = try poller.wait()
        for source in ready {
            switch source {
            case .netlink: network.takeNews()
            case .networkSettled:
                network.clear()
                resolver.lookUp()
            // The others are readable until the seeder has dealt with them.
            default: break
            }
        }
        return ready
    }

    /// The next signal that has arrived; nil if there is none.
    func nextSignal() -> CInt? { signals.next() }

    /// The peers that names stand for at present.
    func takePeers() -> Set<PeerResolver.Peer> { resolver.takePeers() }

    /// Plans the next announce to the DHT, if there is to be one.
    mutating func planDHTAnnounce(goesOn: Bool) { dhtReannounce.next(goesOn: goesOn) }

    /// Begins to announce to the DHT.
    mutating func beginDHTAnnounces() { dhtReannounce.begin() }

    /// Whether, by `news` of the session, others can reach us by what the network has gained.
    func isOnNewNetwork(by news: [SessionEvent]) -> Bool { network.isUsed(by: news) }
}
