import Glibc
import LinuxSystem
import SystemPackage

/// A port for peers that no other program in this network namespace uses, for TCP and UDP, IPv4 and
/// IPv6. Instances of ours that start at the same time get different ports: each also binds an
/// abstract Unix socket named after its port.
final class ListeningPort: Sendable {
    let number: UInt16
    /// nil if no port could be reserved.
    private let claim: UnixSocket?

    /// The number of ports to try.
    private static let attempts = 100

    /// Takes `first` or the next free port above it. 0 means any port. If none is free, `number` is
    /// `first`, and the error appears when libtorrent listens.
    init(from first: UInt16) throws(Errno) {
        let start = first == 0 ? try FreePort.any() : first
        for offset in 0..<Self.attempts {
            guard let port = UInt16(exactly: Int(start) + offset) else { break }
            guard Self.isFree(port), let claim = Self.claim(port) else {
                continue
            }
            self.claim = claim
            number = port
            return
        }
        claim = nil
        number = start
    }

    private static func claim(_ port: UInt16) -> UnixSocket? {
        guard let address = UnixSocketAddress(notifySocket: "@pierdat-port-\(port)") else {
            return nil
        }
        do throws(Errno) {
            let socket = try UnixSocket(.datagram)
            try socket.bind(to: address)
            return socket
        } catch {
            return nil
        }
    }

    private static func isFree(_ port: UInt16) -> Bool {
        [SOCK_STREAM, SOCK_DGRAM].allSatisfy { type in
            isFree(port, type, AF_INET) && isFree(port, type, AF_INET6)
        }
    }

    /// Without IPv6, all IPv6 ports count as free.
    private static func isFree(_ port: UInt16, _ type: __socket_type, _ family: CInt) -> Bool {
        guard
            let socket = try? OwnedDescriptor(
                takingOver: socket(family, CInt(type.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0))
        else { return true }
        var yes: CInt = 1
        let size = socklen_t(MemoryLayout<CInt>.size)
        // Like libtorrent: closed connections must not prevent listening.
        if type == SOCK_STREAM { setsockopt(socket.rawValue, SOL_SOCKET, SO_REUSEADDR, &yes, size) }
        if family == AF_INET6 {
            setsockopt(socket.rawValue, CInt(IPPROTO_IPV6), IPV6_V6ONLY, &yes, size)
        }
        do throws(Errno) {
            try SocketAddress.bind(socket, toAny: family, port: port)
            return true
        } catch {
            return error != .addressInUse
        }
    }
}
