/// A router with network address translation, as at home or before containers: the hosts behind it
/// connect out by its address, and nobody connects to them.
public struct Router: Sendable {
    private let network: VirtualNetwork
    private let number: Int
    private let subnet: VirtualNetwork.Subnet
    /// The router itself, as those outside see it.
    public let outside: Host

    fileprivate init(
        _ network: VirtualNetwork, number: Int, subnet: VirtualNetwork.Subnet, outside: Host
    ) {
        self.network = network
        self.number = number
        self.subnet = subnet
        self.outside = outside
    }

    /// Adds a host behind it, of IPv4 alone.
    public func host() async throws -> Host {
        try await network.plug(
            host: network.name(), into: VirtualNetwork.Switch(namespace: "host\(number)"), .v4,
            in: subnet)
    }
}

extension VirtualNetwork {
    /// Adds a router with nobody behind it.
    public func router() async throws -> Router {
        let number = name()
        let outside = try await plug(host: number, into: .central, .v4, in: .standard)
        // What came uninvited is dropped before the kernel remembers it: it would take the port away
        // from the host inside that is about to send from the same one.
        let script = """
            ip link add switch type bridge
            ip link set switch up
            echo 1 >/proc/sys/net/ipv4/ip_forward
            nft -f - <<'END'
            table ip nat {
                chain postrouting {
                    type nat hook postrouting priority srcnat
                    oifname "eth0" masquerade
                }
            }
            table ip filter {
                chain input {
                    type filter hook input priority filter
                    iifname "eth0" ct state new drop
                }
                chain forward {
                    type filter hook forward priority filter
                    iifname "eth0" ct state new drop
                }
            }
            END
            """
        let nft = try Command(
            installed: "ip", package: "iproute2",
            ["netns", "exec", "host\(number)", "/bin/sh", "-euc", script])
        let ended = try await command(nft).run()
        guard ended.status.isSuccess else {
            throw FixtureError("no router can be made (is nftables installed?): \(ended)")
        }
        return Router(
            self, number: number, subnet: Subnet(v4: "192.168.\(number)", v6: ""),
            outside: outside)
    }
}
