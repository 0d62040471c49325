import Glibc
import LinuxSystem
import Synchronization
import SystemPackage

/// Turns the names of peers into addresses, off the caller's thread, again and again: a service may
/// have other addresses a minute later.
final class PeerResolver: Sendable {
    /// A numeric address and a port.
    struct Peer: Hashable, Sendable {
        let host: String
        let port: UInt16
    }

    private let wake: EventDescriptor
    private let found = Mutex<Set<Peer>>([])
    private let task: Mutex<Task<Void, Never>?> = Mutex(nil)

    /// How long until names are resolved again.
    static let interval = Duration.seconds(30)

    /// Readable when there are peers to take.
    var changed: OwnedDescriptor { wake.descriptor }

    /// Begins at once. Without names it does nothing.
    init(_ names: [PeerName]) throws(Errno) {
        wake = try EventDescriptor()
        guard !names.isEmpty else { return }
        let resolving = Task.detached { [weak self] in
            while !Task.isCancelled {
                let peers = Set(names.flatMap(Self.addresses))
                guard let self else { return }
                found.withLock { $0.formUnion(peers) }
                wake.signal()
                do { try await Task.sleep(for: Self.interval) } catch { return }
            }
        }
        task.withLock { $0 = resolving }
    }

    deinit {
        task.withLock { $0?.cancel() }
    }

    /// The peers found since the last call.
    func takePeers() -> Set<Peer> {
        wake.clear()
        return found.withLock { peers in
            defer { peers = [] }
            return peers
        }
    }

    /// Every address of a name, A and AAAA: getaddrinfo(3). None where it does not resolve.
    private static func addresses(of name: PeerName) -> [Peer] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name.host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var peers: [Peer] = []
        var next = list
        while let entry = next?.pointee {
            var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let failed = getnameinfo(
                entry.ai_addr, entry.ai_addrlen, &host, socklen_t(host.count), nil, 0,
                NI_NUMERICHOST)
            if failed == 0 {
                let text = String(
                    decoding: host.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
                peers.append(Peer(host: text, port: name.port ?? PeerName.defaultPort))
            }
            next = entry.ai_next
        }
        return peers
    }
}
