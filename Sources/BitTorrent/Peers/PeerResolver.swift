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

    /// Looks all of them up now, or where that is under way, once more behind it.
    func lookUp() {
        for wish in state.wishes { wish.signal() }
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
    /// For each name: it is to be looked up now.
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
            // Where no server answers it means nothing.
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
    /// Every address, A and AAAA, of the host, or of all hosts of the service. None where there is no such
    /// name, nil where no name server answers. Blocks.
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
            guard let address = entry?.pointee.ai_addr, let text = NumericAddress.text(of: address)
            else {
                return nil
            }
            return PeerResolver.Peer(host: text, port: port)
        }
    }
}
