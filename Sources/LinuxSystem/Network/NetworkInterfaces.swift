import Glibc

/// The network interfaces of this network namespace: getifaddrs(3).
public enum NetworkInterfaces {
    /// True if an interface other than loopback has an address, or if the system does not say.
    public static var leadOut: Bool {
        contains { interface in
            let family = interface.ifa_addr.map { CInt($0.pointee.sa_family) }
            let isLoopback = interface.ifa_flags & UInt32(IFF_LOOPBACK) != 0
            return !isLoopback && (family == AF_INET || family == AF_INET6)
        } ?? true
    }

    /// True if one of the entries, one for each address of each interface, satisfies `predicate`. nil if
    /// the system does not list them. The pointers in an entry are valid during the call.
    public static func contains(where predicate: (ifaddrs) -> Bool) -> Bool? {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return nil }
        defer { freeifaddrs(first) }
        return sequence(first: first, next: { $0?.pointee.ifa_next }).contains { entry in
            entry.map { predicate($0.pointee) } ?? false
        }
    }
}
