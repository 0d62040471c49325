import Glibc
import SystemPackage

/// bind(2) with Swift address types.
public enum SocketAddress {
    /// Binds `socket` to `port` on all addresses of `family`.
    public static func bind(
        _ socket: OwnedDescriptor, toAny family: CInt, port: UInt16
    ) throws(Errno) {
        if family == AF_INET6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            try bind(socket, &address)
        } else {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            try bind(socket, &address)
        }
    }

    /// Binds `socket` to an address structure such as `sockaddr_in`.
    static func bind<Address>(
        _ socket: OwnedDescriptor, _ address: inout Address
    ) throws(Errno) {
        let result = withUnsafeBytes(of: &address) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { address in
                Glibc.bind(socket.rawValue, address.baseAddress, socklen_t(bytes.count))
            }
        }
        guard result == 0 else { throw Errno(rawValue: errno) }
    }
}
