import Glibc
import LinuxSystem
import Synchronization
import SystemPackage

/// Resolves the names of peers repeatedly, because the addresses of a service change. Each name has
/// its own thread, because a name server that does not answer blocks for many seconds.
final class PeerResolver: Sendable {
    /// A numeric address and a port.
    struct Peer: Hashable, Sendable, CustomStringConvertible {
        let host: String
        let port: UInt16

        var description: String { HostAndPort.text(host: host, port: port) }
    }

    private let state: State

    /// Readable when names have been resolved again.
    var changed: OwnedDescriptor { state.wake.descriptor }

    /// Resolves the names immediately and then every `interval`. Does nothing without names.
    init(_ names: [PeerName], every interval: Duration) throws(TorrentError) {
        do throws(Errno) {
            state = try State(nameCount: names.count)
        } catch {
            throw .cannotWait(error)
        }
        for (name, wish) in zip(names, state.wishes) {
            do throws(Errno) {
                try BackgroundThread.run { [state] in
                    state.resolve(name, every: interval, and: wish)
                }
            } catch {
                throw .noResource(ResourceShortage(.thread, error))
            }
        }
    }

    /// Resolves all names now, or again after a resolution in progress.
    func lookUp() {
        for wish in state.wishes { wish.signal() }
    }

    /// The threads may be blocked for long, so nothing waits for them.
    deinit {
        state.end.signal()
    }

    /// The current addresses of the peers.
    func takePeers() -> Set<Peer> {
        state.wake.clear()
        return state.peers.withLock { Set($0.values.joined()) }
    }
}

/// State shared with the threads.
private final class State: Sendable {
    let wake: EventDescriptor
    let end: EventDescriptor
    /// One per name, to request an immediate resolution.
    let wishes: [EventDescriptor]
    let peers = Mutex<[PeerName: [PeerResolver.Peer]]>([:])

    init(nameCount: Int) throws(Errno) {
        wake = try EventDescriptor()
        end = try EventDescriptor()
        var wishes: [EventDescriptor] = []
        for _ in 0..<nameCount { wishes.append(try EventDescriptor()) }
        self.wishes = wishes
    }

    private enum Call: UInt64 {
        case end, wish
    }

    func resolve(_ name: PeerName, every interval: Duration, and wish: EventDescriptor) {
        guard
            let calls = try? EventPoller<Call>([.end: end.descriptor, .wish: wish.descriptor])
        else { return }
        while true {
            // If no name server answers, keep the previous result.
            if let found = name.peers { peers.withLock { $0[name] = found } }
            wake.signal()
            guard let ready = try? calls.wait(timeout: interval), !ready.contains(.end) else {
                return
            }
            wish.clear()
        }
    }
}

extension PeerName {
    /// All addresses of the host, or of all hosts of the service. Empty if the name does not exist,
    /// nil if no name server answers. Blocks.
    fileprivate var peers: [PeerResolver.Peer]? {
        guard isService else { return Self.addresses(of: host, port: port ?? Self.defaultPort) }
        return SRVRecords.places(of: host)?.flatMap { place in
            Self.addresses(of: place.host, port: place.port) ?? []
        }
    }

    /// getaddrinfo(3).
    private static func addresses(of host: String, port: UInt16) -> [PeerResolver.Peer]? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let failure = getaddrinfo(host, nil, &hints, &list)
        guard failure == 0 else {
            return [EAI_AGAIN, EAI_FAIL, EAI_MEMORY, EAI_SYSTEM].contains(failure) ? nil : []
        }
        defer { freeaddrinfo(list) }
        return sequence(first: list, next: { $0?.pointee.ai_next }).compactMap { entry in
            guard let address = entry?.pointee.ai_addr, let text = IPAddress.text(of: address)
            else {
                return nil
            }
            return PeerResolver.Peer(host: text, port: port)
        }
    }
}
