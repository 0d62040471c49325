import Glibc
import LinuxSystem

/// An IPv4 or IPv6 address.
public struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// In network byte order: 4 or 16 bytes.
    public let bytes: [UInt8]

    /// Parses an address as inet_pton(3) does, IPv6 without brackets.
    public init?(_ text: some StringProtocol) {
        guard !text.utf8.contains(0) else { return nil }
        for (family, size) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: size)
            if inet_pton(family, String(text), &bytes) == 1 {
                self.bytes = bytes
                return
            }
        }
        return nil
    }

    /// True for IPv6, false for IPv4.
    public var isIPv6: Bool { bytes.count == 16 }

    /// The canonical form (RFC 5952): "::1" for "0:0::1".
    public var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(isIPv6 ? AF_INET6 : AF_INET, bytes, &text, socklen_t(text.count))
        return String(terminatedIn: text)
    }

    /// A socket's address as getnameinfo(3) writes it: a link-local one with its zone. nil if it is neither IPv4 nor
    /// IPv6.
    static func text(of address: UnsafePointer<sockaddr>) -> String? {
        let length: Int
        switch CInt(address.pointee.sa_family) {
        case AF_INET: length = MemoryLayout<sockaddr_in>.size
        case AF_INET6: length = MemoryLayout<sockaddr_in6>.size
        default: return nil
        }
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let failed = getnameinfo(
            address, socklen_t(length), &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST)
        guard failed == 0 else { return nil }
        return String(terminatedIn: host)
    }
}
