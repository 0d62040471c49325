import Glibc

/// The network interfaces of this network namespace: getifaddrs(3).
public enum NetworkInterfaces {
    /// True if an interface other than loopback has an address, or if the system does not say.
    public static var leadOut: Bool {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return true }
        defer { freeifaddrs(first) }
        var next = first
        while let interface = next?.pointee {
            let family = interface.ifa_addr.map { CInt($0.pointee.sa_family) }
            let isLoopback = interface.ifa_flags & UInt32(IFF_LOOPBACK) != 0
            if !isLoopback, family == AF_INET || family == AF_INET6 { return true }
            next = interface.ifa_next
        }
        return false
    }
}
