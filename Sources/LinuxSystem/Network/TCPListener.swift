import CLinux
import Glibc
import SystemPackage

/// A non-blocking TCP socket that accepts connections: tcp(7).
public struct TCPListener: Sendable {
    /// The socket's descriptor.
    public let descriptor: OwnedDescriptor

    /// Listens on `address`. On any address it accepts IPv4 and IPv6, as far as the system has them.
    public init(_ address: ListenAddress, backlog: CInt) throws(Errno) {
        switch address.host {
        case .any: descriptor = try Self.bound(toAnyAt: address.port)
        case .ipv4(let bytes): descriptor = try Self.bound(to: bytes, port: address.port)
        case .ipv6(let bytes):
            descriptor = try Self.bound(toIPv6: bytes, port: address.port, only: true)
        }
        guard listen(descriptor.rawValue, backlog) == 0 else { throw Errno(rawValue: errno) }
    }

    /// The port on which it listens.
    public var port: UInt16 {
        var address = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor.rawValue, $0, &length)
            }
        }
        // The port is at the same place in both families.
        return UInt16(bigEndian: address.sin6_port)
    }

    /// The next waiting connection, non-blocking. nil if there is none.
    public func accept() throws(Errno) -> OwnedDescriptor? {
        let client = Glibc.accept(descriptor.rawValue, nil, nil)
        // Errors of the connection itself: accept(2), "Error handling".
        let passing = [
            EAGAIN, EINTR, ECONNABORTED, ENETDOWN, EPROTO, ENOPROTOOPT, EHOSTDOWN, ENONET,
            EHOSTUNREACH, EOPNOTSUPP, ENETUNREACH,
        ]
        if client < 0, passing.contains(errno) { return nil }
        let accepted = try OwnedDescriptor(takingOver: client)
        _ = fcntl(client, F_SETFD, FD_CLOEXEC)
        _ = fcntl(client, F_SETFL, O_NONBLOCK)
        return accepted
    }

    private static func bound(toAnyAt port: UInt16) throws(Errno) -> OwnedDescriptor {
        do throws(Errno) {
            return try bound(toIPv6: [UInt8](repeating: 0, count: 16), port: port, only: false)
        } catch {
            guard error == .addressFamilyNotSupported || error == .addressNotAvailable else {
                throw error
            }
            return try bound(to: [0, 0, 0, 0], port: port)
        }
    }

    private static func bound(to bytes: [UInt8], port: UInt16) throws(Errno) -> OwnedDescriptor {
        let socket = try make(AF_INET)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        withUnsafeMutableBytes(of: &address.sin_addr) { $0.copyBytes(from: bytes) }
        try SocketAddress.bind(socket, &address)
        return socket
    }

    private static func bound(
        toIPv6 bytes: [UInt8], port: UInt16, only: Bool
    ) throws(Errno) -> OwnedDescriptor {
        let socket = try make(AF_INET6)
        try set(socket, CInt(IPPROTO_IPV6), IPV6_V6ONLY, only ? 1 : 0)
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        withUnsafeMutableBytes(of: &address.sin6_addr) { $0.copyBytes(from: bytes) }
        try SocketAddress.bind(socket, &address)
        return socket
    }

    private static func make(_ family: CInt) throws(Errno) -> OwnedDescriptor {
        let flags = CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
        let socket = try OwnedDescriptor(
            takingOver: Glibc.socket(family, CInt(SOCK_STREAM.rawValue) | flags, 0))
        // A port in TIME_WAIT, after a restart, can be used at once.
        try set(socket, SOL_SOCKET, SO_REUSEADDR, 1)
        return socket
    }

    private static func set(
        _ socket: OwnedDescriptor, _ level: CInt, _ option: CInt, _ value: CInt
    ) throws(Errno) {
        var value = value
        let size = socklen_t(MemoryLayout<CInt>.size)
        guard setsockopt(socket.rawValue, level, option, &value, size) == 0 else {
            throw Errno(rawValue: errno)
        }
    }
}
