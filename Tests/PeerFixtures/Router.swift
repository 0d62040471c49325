/// A NAT router, as at home or in front of containers. Hosts behind it can connect to the outside
/// through its address, but not the other way round.
public struct Router: Sendable {
    private let network: VirtualNetwork
    private let number: Int
    private let subnet: VirtualNetwork.Subnet
    /// The router's external address.
    public let outside: Host

    fileprivate init(
        _ network: VirtualNetwork, number: Int, subnet: VirtualNetwork.Subnet, outside: Host
    ) {
        self.network = network
        self.number = number
        self.subnet = subnet
        self.outside = outside
    }

    /// Adds an IPv4 host behind the router.
    public func host() async throws -> Host {
        try await network.plug(
            host: network.name(), into: VirtualNetwork.Switch(namespace: "host\(number)"), .v4,
            in: subnet)
    }
}

extension VirtualNetwork {
    /// Adds a router without hosts behind it.
    public func router() async throws -> Router {
        let number = name()
        let outside = try await plug(host: number, into: .central, .v4, in: .standard)
        // Drops unsolicited packets before connection tracking. An entry for them would block the
        // port for a host inside that is about to send from it.
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
