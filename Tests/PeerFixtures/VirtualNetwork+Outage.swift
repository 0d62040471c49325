import SystemPackage

extension VirtualNetwork {
    /// Pulls out the cable of `host`, which keeps its addresses and routes, until it is plugged in again.
    public func unplug(_ host: Host) async throws {
        try await setCable(of: host, to: "down")
    }

    /// Plugs the cable of `host` in again.
    public func plugIn(_ host: Host) async throws {
        try await setCable(of: host, to: "up")
    }

    private func setCable(of host: Host, to state: String) async throws {
        // The number that the cable's other end has at the switch.
        let asking = Command("/bin/cat", ["/sys/class/net/eth0/iflink"])
        let number = try await host.command(asking).run().output.filter { !$0.isWhitespace }
        let script = #"ip link set "$(ip -o link show | sed -n "s/^$1: \([^@:]*\).*/\1/p")" "$2""#
        try await run(script, [number, state])
    }
}
