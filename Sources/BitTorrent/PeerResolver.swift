import Glibc
import LinuxSystem
import Synchronization
import SystemPackage

/// Turns the names of peers into addresses, again and again: a service may have other addresses a minute
/// later. Each name has a thread of its own, for one whose server does not answer takes many seconds.
final class PeerResolver: Sendable {
    /// A numeric address and a port.
    struct Peer: Hashable, Sendable, CustomStringConvertible {
        let host: String
        let port: UInt16

        var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    }

    private let state: State

    /// Readable when names have been resolved again.
    var changed: OwnedDescriptor { state.wake.descriptor }

    /// Begins at once, and begins again every `interval`. Without names it does nothing.
    init(_ names: [PeerName], every interval: Duration) throws(Errno) {
        let state = try State()
        self.state = state
        for name in names {
            try BackgroundThread.run { state.resolve(name, every: interval) }
        }
    }

    /// The threads may be in a look-up for long; nobody waits for them.
    deinit {
        state.end.signal()
    }

    /// The peers that the names stand for at present.
    func takePeers() -> Set<Peer> {
        state.wake.clear()
        return state.peers.withLock { Set($0.values.joined()) }
    }
}

/// What the threads share with the resolver.
private final class State: Sendable {
    let wake: EventDescriptor
    let end: EventDescriptor
    let peers = Mutex<[PeerName: [PeerResolver.Peer]]>([:])

    init() throws(Errno) {
        wake = try EventDescriptor()
        end = try EventDescriptor()
    }

    func resolve(_ name: PeerName, every interval: Duration) {
        guard let epoll = try? Epoll(), (try? epoll.add(end.descriptor, token: 0)) != nil else {
            return
        }
        while true {
            // Where no server answers it means nothing.
            if let found = name.peers { peers.withLock { $0[name] = found } }
            wake.signal()
            guard let ready = try? epoll.wait(timeout: interval), ready.isEmpty else { return }
        }
    }
}

extension PeerName {
    /// Every address, A and AAAA, of the host, or of all hosts of the service. None where there is no such
    /// name, nil where no name server answers. Blocks.
    fileprivate var peers: [PeerResolver.Peer]? {
        guard isService else { return Self.addresses(of: host, port: port ?? Self.defaultPort) }
        return ServiceRecords.places(of: host)?.flatMap { place in
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
            guard let address = entry?.pointee.ai_addr, let text = NumericAddress.text(of: address)
            else {
                return nil
            }
            return PeerResolver.Peer(host: text, port: port)
        }
    }
}
