import CLinux
import Glibc
import SystemPackage

/// Reports changes of network devices and addresses in this network namespace: rtnetlink(7).
public struct NetlinkMonitor: Sendable {
    /// Readable when the kernel has queued a change.
    public let descriptor: OwnedDescriptor

    /// Monitors from now on. Throws if netlink is not available, for example in a sandbox.
    public init() throws(Errno) {
        let flags = CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
        descriptor = try OwnedDescriptor(
            takingOver: socket(AF_NETLINK, CInt(SOCK_RAW.rawValue) | flags, NETLINK_ROUTE))
        var address = sockaddr_nl()
        address.nl_family = sa_family_t(AF_NETLINK)
        address.nl_groups = UInt32(RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR)
        try SocketAddress.bind(descriptor, &address)
    }

    /// Reads all queued changes. Returns true if an address was added or a link came up. Afterwards
    /// the descriptor is unreadable until the next change.
    public func tellOfGain() -> Bool {
        var message = [UInt8](repeating: 0, count: 1 << 15)
        var isGain = false
        while true {
            let count = recv(descriptor.rawValue, &message, message.count, 0)
            // The queue overflowed and events were lost. Assume that one was a gain.
            if count < 0, errno == ENOBUFS {
                isGain = true
            } else if count > 0 {
                isGain = Self.isGain(message[..<count]) || isGain
            } else if count == 0 || errno != EINTR {
                return isGain
            }
        }
    }

    /// True if a netlink(7) message in `bytes` reports a new address or a link that is up.
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
            // Messages are aligned to 4 bytes.
            rest = rest.dropFirst(
                max((Int(header.nlmsg_len) + 3) & ~3, MemoryLayout<nlmsghdr>.size))
        }
        return false
    }

    /// nil if `bytes` is too short.
    private static func load<Value: BitwiseCopyable>(
        _ type: Value.Type, from bytes: ArraySlice<UInt8>
    ) -> Value? {
        bytes.withUnsafeBytes { raw in
            raw.count < MemoryLayout<Value>.size ? nil : raw.loadUnaligned(as: type)
        }
    }
}
