import Glibc
import LinuxSystem
import SystemPackage

/// A port for peers that no other program of this network namespace has, over TCP and UDP, IPv4 and IPv6.
/// Of several of ours that start at the same time each takes another one: whoever has a port also has an
/// abstract Unix socket of its name, which two cannot bind.
final class ListeningPort: Sendable {
    let number: UInt16
    /// nil where no port is ours alone.
    private let claim: UnixSocket?

    /// How many ports are tried.
    private static let attempts = 100

    /// Takes `first`, or the next free one above it; 0: any. Where none is free it is `first`, and what
    /// becomes of that is said when it is listened on.
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

    /// A machine without IPv6 has all of its ports free.
    private static func isFree(_ port: UInt16, _ type: __socket_type, _ family: CInt) -> Bool {
        guard
            let socket = try? OwnedDescriptor(
                takingOver: socket(family, CInt(type.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0))
        else { return true }
        var yes: CInt = 1
        let size = socklen_t(MemoryLayout<CInt>.size)
        // As libtorrent does: connections that have ended do not keep it from listening.
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
