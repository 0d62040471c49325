import CLinux
import Glibc
import SystemPackage

/// What the kernel tells of the devices and addresses of this network namespace: rtnetlink(7).
public struct NetlinkMonitor: Sendable {
    /// Readable when there is news.
    public let descriptor: OwnedDescriptor

    public init() throws(Errno) {
        let flags = CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
        descriptor = try OwnedDescriptor(
            takingOver: socket(AF_NETLINK, CInt(SOCK_RAW.rawValue) | flags, NETLINK_ROUTE))
        var address = sockaddr_nl()
        address.nl_family = sa_family_t(AF_NETLINK)
        address.nl_groups = UInt32(RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR)
        try SocketAddress.bind(descriptor, &address)
    }

    /// Takes all the news that there is. Returns whether something was gained by it: an address, or a
    /// device that carries now. The descriptor is unreadable until there is more.
    public func tellOfGain() -> Bool {
        var message = [UInt8](repeating: 0, count: 1 << 15)
        var isGain = false
        while true {
            let count = recv(descriptor.rawValue, &message, message.count, 0)
            // Where there was too much to keep, nobody knows what it was.
            if count < 0, errno == ENOBUFS {
                isGain = true
            } else if count > 0 {
                isGain = Self.isGain(message[..<count]) || isGain
            } else if count == 0 || errno != EINTR {
                return isGain
            }
        }
    }

    /// Whether one of the messages (netlink(7)) in `bytes` tells of a gain.
    static func isGain(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        while let header = load(nlmsghdr.self, from: rest) {
            let body = rest.dropFirst(MemoryLayout<nlmsghdr>.size)
            switch Int(header.nlmsg_type) {
            case Int(RTM_NEWADDR): return true
            case Int(RTM_NEWLINK):
                let carries = UInt32(IFF_UP | IFF_RUNNING)
                if let link = load(ifinfomsg.self, from: body), link.ifi_flags & carries == carries
                {
                    return true
                }
            default: break
            }
            // Messages begin at multiples of 4.
            rest = rest.dropFirst(
                max((Int(header.nlmsg_len) + 3) & ~3, MemoryLayout<nlmsghdr>.size))
        }
        return false
    }

    /// nil where `bytes` are too few.
    private static func load<Value: BitwiseCopyable>(
        _ type: Value.Type, from bytes: ArraySlice<UInt8>
    ) -> Value? {
        bytes.withUnsafeBytes { raw in
            raw.count < MemoryLayout<Value>.size ? nil : raw.loadUnaligned(as: type)
        }
    }
}
