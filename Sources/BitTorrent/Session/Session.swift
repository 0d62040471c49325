import CLibtorrent
import LinuxSystem
import SystemPackage

/// A BitTorrent session: its listening port, DHT node and threads.
public final class Session: @unchecked Sendable {
    // libtorrent's session is thread-safe.
    let handle: OpaquePointer
    private let wake: EventDescriptor
    private let port: ListeningPort
    private let dht: EngineConfiguration.DHT
    let names: SettingNames

    /// Readable when there are events to take.
    public var eventsReady: OwnedDescriptor { wake.descriptor }

    /// The interval for connecting to peers, in milliseconds.
    public enum Pace: CInt, Sendable {
        /// For a download that a user waits for.
        case eager = 100
        /// For seeding, with few wake-ups.
        case calm = 500
    }

    /// Opens the session, and applies the network policy to the whole process. Throws if the
    /// interface does not exist, or the system denies a socket, a thread or memory.
    public init(_ configuration: EngineConfiguration, pace: Pace) throws(TorrentError) {
        try configuration.checkInterface()
        configuration.restrictProcess()
        let wake: EventDescriptor
        do throws(Errno) {
            wake = try EventDescriptor()
            port = try ListeningPort(from: configuration.port)
        } catch {
            throw .shortage(error) ?? .inputOutput("cannot open a socket: \(error)")
        }
        self.wake = wake
        dht = configuration.dht
        names = configuration.names
        var error = pierdat_error()
        let opened = configuration.withSettings(port: port.number, pace: pace) { settings in
            pierdat_session_open(settings, wake.descriptor.rawValue, &error)
        }
        guard let opened else {
            throw error.shortage
                ?? .inputOutput("cannot start the BitTorrent session: \(error.text)")
        }
        handle = opened
    }

    /// Notifies trackers and peers, for about a second at most.
    deinit {
        pierdat_session_close(handle)
    }

    /// Adds a torrent with its data in `folder`, and the needed parts of unwanted files in
    /// `partFolder`. `token` identifies it in events and must not be 0.
    public func add(
        _ parameters: TorrentParameters, folder: FilePath, partFolder: FilePath,
        purpose: Torrent.Purpose, token: UInt64
    ) throws(TorrentError) -> Torrent {
        var error = pierdat_error()
        let added = pierdat_session_add(
            handle, parameters.handle, folder.string, partFolder.string, purpose.value, token,
            &error)
        guard let added else {
            throw error.shortage ?? .invalid("the torrent cannot be used: \(error.text)")
        }
        return Torrent(takingOver: added, parameters: parameters, session: self)
    }

    /// Removes the torrent. Its files stay.
    public func remove(_ torrent: Torrent) {
        pierdat_session_remove(handle, torrent.handle)
    }

    /// Listens on new addresses and on network devices that came up.
    func reopenSockets() {
        pierdat_session_reopen_sockets(handle)
    }

    /// Contacts the bootstrap nodes while the DHT knows no others. libtorrent does so only once.
    func askFirstNodes() {
        guard case .on(let bootstrap) = dht, dhtNodes == 0 else { return }
        for node in bootstrap.compactMap({ PeerName($0[...]) }) {
            pierdat_session_ask_dht_node(handle, node.host, node.port ?? 0)
        }
    }

    /// The events since the last call.
    public func takeEvents() -> [SessionEvent] {
        wake.clear()
        var news = News(names: names)
        withUnsafeMutablePointer(to: &news) { news in
            pierdat_session_take_events(handle, news) { context, event in
                guard let news = context?.assumingMemoryBound(to: News.self), let event else {
                    return
                }
                news.pointee.add(event.pointee)
            }
        }
        return news.events
    }

    private struct News {
        let names: SettingNames
        var events: [SessionEvent] = []

        mutating func add(_ event: pierdat_event) {
            if let event = SessionEvent(event, names) { events.append(event) }
        }
    }

    /// Requests new ``counters``. The event ``SessionEvent/counters`` tells that they have arrived.
    func requestCounters() { pierdat_session_request_counters(handle) }

    /// The counters as of the latest event of that kind.
    var counters: SessionCounters { SessionCounters(pierdat_session_counters(handle)) }

    /// The number of nodes in the DHT's routing table at the previous call. nil if the DHT is off.
    public var dhtNodes: Int? {
        let nodes = pierdat_session_dht_nodes(handle)
        return nodes < 0 ? nil : Int(nodes)
    }
}
