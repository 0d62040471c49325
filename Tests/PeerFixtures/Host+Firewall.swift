extension Host {
    /// Rejects all TCP connections from other hosts from now on. Only for a host of a network that
    /// is removed after the test.
    public func refuseTCP() async throws {
        guard isVirtual else { throw FixtureError("this machine gets no firewall from a test") }
        let rules = """
            nft add table inet filter
            nft add chain inet filter input '{ type filter hook input priority filter; }'
            nft add rule inet filter input iifname eth0 tcp flags syn / syn,ack reject with tcp reset
            """
        let ended = try await command(Command("/bin/sh", ["-euc", rules])).run()
        guard ended.status.isSuccess else {
            throw FixtureError("no firewall can be made (is nftables installed?): \(ended)")
        }
    }
}
