extension Host {
    /// Takes its device down and removes its addresses. Only for a host of a network that is
    /// removed after the test.
    public func loseAddresses() async throws {
        try await arrange("ip link set eth0 down; ip addr flush dev eth0")
    }

    /// Brings its device up and restores its addresses. The IPv6 address is usable after duplicate
    /// detection, as on a real network.
    public func regainAddresses() async throws {
        let script = """
            echo 1 >/proc/sys/net/ipv6/conf/eth0/accept_dad
            echo 1 >/proc/sys/net/ipv6/conf/eth0/dad_transmits
            ip link set eth0 up
            [ -z "$1" ] || ip addr add "$1/24" dev eth0
            [ -z "$2" ] || ip addr add "$2/64" dev eth0
            """
        try await arrange(script, [v4 ?? "", v6 ?? ""])
    }

    private func arrange(_ script: String, _ arguments: [String] = []) async throws {
        guard isVirtual else { throw FixtureError("this machine keeps its addresses") }
        let shell = Command("/bin/sh", ["-euc", script, "sh"] + arguments)
        let ended = try await command(shell).run()
        guard ended.status.isSuccess else {
            throw FixtureError("the addresses cannot be changed: \(ended)")
        }
    }
}
