import Glibc
import LinuxSystem

/// Numeric addresses, as getnameinfo(3) writes them.
enum NumericAddress {
    /// True if `host` is an IPv4 or IPv6 address.
    static func isOne(_ host: String) -> Bool { canonical(host) != nil }

    /// The address `host` in its canonical form (RFC 5952): "::1" for "0:0::1". nil if it is neither IPv4 nor IPv6.
    static func canonical(_ host: String) -> String? {
        var address = in6_addr()
        guard let family = [AF_INET, AF_INET6].first(where: { inet_pton($0, host, &address) == 1 })
        else { return nil }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(family, &address, &text, socklen_t(text.count)) != nil else { return nil }
        return String(terminatedIn: text)
    }

    /// nil if `address` is neither IPv4 nor IPv6.
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
