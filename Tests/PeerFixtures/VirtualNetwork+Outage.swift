import SystemPackage

extension VirtualNetwork {
    /// Unplugs the cable of `host` until it is plugged in again. The host keeps its addresses and
    /// routes.
    public func unplug(_ host: Host) async throws {
        try await setCable(of: host, to: "down")
    }

    /// Plugs in the cable of `host` again.
    public func plugIn(_ host: Host) async throws {
        try await setCable(of: host, to: "up")
    }

    private func setCable(of host: Host, to state: String) async throws {
        // The interface number of the cable's other end at the switch.
        let asking = Command("/bin/cat", ["/sys/class/net/eth0/iflink"])
        let number = try await host.command(asking).run().output.filter { !$0.isWhitespace }
        let script = #"ip link set "$(ip -o link show | sed -n "s/^$1: \([^@:]*\).*/\1/p")" "$2""#
        try await run(script, [number, state])
    }
}
