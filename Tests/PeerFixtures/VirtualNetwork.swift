import Glibc
import Synchronization

/// Hosts in separate network namespaces, connected by a switch. Isolated from all other networks.
///
/// Its namespaces are named in a mount namespace held by one process. They disappear with that
/// process, however the test ends, and their names cannot clash with those of another network.
public final class VirtualNetwork: Sendable {
    private let holder: Int32
    private let names = Mutex(0)

    /// The address families of a host.
    public enum Families: Sendable {
        case v4, v6, both
    }

    /// Addresses with the same first three numbers (IPv4) or four groups (IPv6).
    public struct Subnet: Sendable {
        let v4: String
        let v6: String

        /// `v4` is a prefix such as "10.77.0", and `v6` one such as "fd77:0:0:0".
        public init(v4: String, v6: String) {
            self.v4 = v4
            self.v6 = v6
        }

        /// The default subnet.
        public static let standard = Subnet(v4: "10.77.0", v6: "fd77:0:0:0")
    }

    /// The switch for hosts: a bridge, which is also their gateway.
    struct Switch: Sendable {
        static let central = Switch(namespace: nil)

        /// The namespace of the router for which this is the inside. nil for the network's own
        /// switch.
        let namespace: String?
        let bridge = "switch"
    }

    private init(holder: Int32) {
        self.holder = holder
    }

    /// Creates a network without hosts while `body` runs. Only root can.
    public static func with<Value: Sendable>(
        _ body: @Sendable (VirtualNetwork) async throws -> Value
    ) async throws -> Value {
        let script = """
            mkdir -p /run/netns
            mount -t tmpfs tmpfs /run/netns
            ip link set lo up
            ip link add switch type bridge mcast_snooping 0
            ip link set switch up
            echo 1 >/proc/sys/net/ipv4/ip_forward
            echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
            echo ready
            exec tail --pid="$1" --follow /dev/null
            """
        let command = try Command(
            installed: "unshare", package: "util-linux",
            [
                "--mount", "--net", "--propagation", "private", "/bin/sh", "-euc", script, "sh",
                "\(getpid())",
            ])
        return try await RunningProcess.with(command) { process in
            _ = try await process.line(containing: "ready")
            return try await body(VirtualNetwork(holder: process.identifier))
        }.value
    }

    /// Adds a host. Hosts of all subnets reach each other.
    public func host(_ families: Families = .both, in subnet: Subnet = .standard) async throws
        -> Host
    {
        try await plug(host: name(), into: .central, families, in: subnet)
    }

    /// Runs `command` where the names of the namespaces are visible.
    func command(_ command: Command) -> Command {
        command.started(by: "/usr/bin/nsenter", ["--target", "\(holder)", "--mount", "--net"])
    }

    /// Runs the script with `arguments` where the names of the namespaces are visible.
    func run(_ script: String, _ arguments: [String]) async throws {
        let shell = Command("/bin/sh", ["-euc", script, "sh"] + arguments)
        let ended = try await command(shell).run()
        guard ended.status.isSuccess else {
            throw FixtureError("the network cannot be arranged (only root can): \(ended)")
        }
    }

    /// A number that is unused in this network.
    func name() -> Int {
        names.withLock { last in
            last += 1
            return last
        }
    }

    /// Creates the host with this number. Its gateway is the switch.
    func plug(host number: Int, into place: Switch, _ families: Families, in subnet: Subnet)
        async throws -> Host
    {
        precondition(number < 250, "a subnet has no more addresses")
        let v4 = families == .v6 ? nil : "\(subnet.v4).\(number + 1)"
        let v6 = families == .v4 ? nil : "\(subnet.v6)::\(String(number + 1, radix: 16))"
        // Without duplicate detection, IPv6 addresses are usable immediately.
        let script = """
            number=$1 outer=$2 bridge=$3 v4=$4 v6=$5 gateway4=$6 gateway6=$7
            at_switch() { if [ "$outer" ]; then ip netns exec "$outer" "$@"; else "$@"; fi; }
            inside() { ip netns exec "host$number" "$@"; }
            ip netns add "host$number"
            inside sh -c '
                echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad
                [ "$1" ] || echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6' sh "$v6"
            ip link add "port$number" type veth peer name eth0 netns "host$number"
            [ -z "$outer" ] || ip link set "port$number" netns "$outer"
            at_switch ip link set "port$number" master "$bridge" up
            inside ip link set lo up
            inside ip link set eth0 up
            if [ "$v4" ]; then
                at_switch ip addr replace "$gateway4/24" dev "$bridge"
                inside ip addr add "$v4/24" dev eth0
                inside ip route add default via "$gateway4"
            fi
            if [ "$v6" ]; then
                at_switch ip addr replace "$gateway6/64" dev "$bridge" nodad
                inside ip addr add "$v6/64" dev eth0 nodad
                inside ip route add default via "$gateway6"
            fi
            """
        try await run(
            script,
            [
                "\(number)", place.namespace ?? "", place.bridge, v4 ?? "", v6 ?? "",
                "\(subnet.v4).1", "\(subnet.v6)::1",
            ])
        let entrance = command(Command("/usr/sbin/ip", ["netns", "exec", "host\(number)"]))
        return Host(
            v4: v4, v6: v6, entrance: [entrance.program.string] + entrance.arguments)
    }
}
