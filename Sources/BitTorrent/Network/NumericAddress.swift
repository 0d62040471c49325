import Glibc
import LinuxSystem

/// Numeric addresses, as getnameinfo(3) writes them.
enum NumericAddress {
    /// True if `host` is an IPv4 or IPv6 address.
    static func isOne(_ host: String) -> Bool {
        var address = in6_addr()
        return [AF_INET, AF_INET6].contains { inet_pton($0, host, &address) == 1 }
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
