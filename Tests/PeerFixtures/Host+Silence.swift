import SystemPackage

extension Host {
    /// Drops all incoming packets from now on, so that other hosts get no answer. Only for a host
    /// of a network that is removed after the test.
    public func fallSilent() async throws {
        let rules = """
            nft add table inet silence
            nft add chain inet silence input '{ type filter hook input priority filter; }'
            nft add rule inet silence input iifname eth0 drop
            """
        let ended = try await command(Command("/bin/sh", ["-euc", rules])).run()
        guard ended.status.isSuccess else {
            throw FixtureError("no firewall can be made (is nftables installed?): \(ended)")
        }
    }
}
