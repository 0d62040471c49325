import LinuxSystem

/// What may be done on the network, as the environment tells it.
extension EngineConfiguration {
    mutating func readPolicy(_ settings: Settings) throws(TorrentError) {
        connections = try settings.value("PIERDAT_CONNECTIONS", "a number from 1 to 65535") {
            text in
            WholeNumber.parse(text, within: 1...65_535)
        }
        seedingGoal.ratio = try settings.value(
            "PIERDAT_SEED_RATIO", "a number above 0, as 2 or 1.5"
        ) { text in
            Double(text).flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
        }
        seedingGoal.time = try settings.value(
            "PIERDAT_SEED_TIME", "seconds, or as 90m, 12h or 7d", Settings.span)
        peerProtocol.encryption =
            try settings.value(
                "PIERDAT_ENCRYPTION", "prefer, require or off", PeerProtocol.Encryption.init)
            ?? .prefer
        peerProtocol.transport =
            try settings.value(
                "PIERDAT_TRANSPORT", "both, tcp or utp", PeerProtocol.Transport.init) ?? .both
        let blocks = "addresses or CIDR blocks, as 10.0.0.0/8 or fd00::/8, separated by commas"
        network.allowed = try settings.value("PIERDAT_ALLOW", blocks, Self.blocks) ?? []
        network.denied = try settings.value("PIERDAT_DENY", blocks, Self.blocks) ?? []
        let proxies = "socks5://[user:password@]host:port or http://[user:password@]host:port"
        proxy = try settings.value(
            "PIERDAT_PROXY", proxies, showing: RemoteURL.redacted, Proxy.init)
        interface = try settings.value(
            "PIERDAT_INTERFACE", "the name or an address of a network interface",
            OutgoingInterface.init)
        try refuseWithProxy(settings)
        try refuseNamesWithProxy(settings)
        stayInside()
    }

    /// Adds the peers that `uri` gives by name. Behind a proxy they are left out: it connects to names, but
    /// does not tell their addresses, and nobody else is asked.
    public mutating func addPeers(of uri: TorrentURI) {
        if proxy == nil { peers += uri.peerNames }
    }

    private static func blocks(_ text: String) -> [AddressBlock]? {
        let blocks = Settings.list(text) { AddressBlock($0) }
        return blocks?.isEmpty == false ? blocks : nil
    }

    /// What lies behind a proxy only the proxy knows.
    private func refuseWithProxy(_ settings: Settings) throws(TorrentError) {
        guard proxy != nil else { return }
        for name in ["PIERDAT_ALLOW", "PIERDAT_DENY", "PIERDAT_INTERFACE"] {
            _ = try settings.value(
                name, "it without PIERDAT_PROXY, whose own policy holds behind it"
            ) { _ in
                Bool?.none
            }
        }
    }

    /// Their look-up would go around it.
    private func refuseNamesWithProxy(_ settings: Settings) throws(TorrentError) {
        guard let proxy else { return }
        let nodes: [PeerName]
        switch dht {
        case .on(let named) where proxy.kind == .socks5 && named != Self.defaultBootstrap:
            nodes = named.compactMap { PeerName($0[...]) }
        case .on, .off: nodes = []
        }
        for (name, hosts) in [("PIERDAT_PEERS", peers), ("PIERDAT_DHT", nodes)]
        where !hosts.allSatisfy({ NumericAddress.isOne($0.host) }) {
            _ = try settings.value(name, "addresses in place of names beside PIERDAT_PROXY") { _ in
                Bool?.none
            }
        }
    }

    /// Turns off what would go where nothing may go, so that nobody is even asked for.
    private mutating func stayInside() {
        if !network.allowed.isEmpty || proxy != nil, dht == .on(bootstrap: Self.defaultBootstrap) {
            dht = .on(bootstrap: [])
        }
        let groups = Self.localDiscoveryGroups.compactMap { AddressBlock($0) }
        if !groups.contains(where: network.permits) { localDiscovery = false }
        guard let proxy else { return }
        localDiscovery = false
        if proxy.kind == .http {
            dht = .off
            if peerProtocol.transport == .both { peerProtocol.transport = .tcp }
        }
    }

    /// Where local service discovery announces (BEP 14).
    private static let localDiscoveryGroups = ["239.192.152.143", "ff15::efc0:988f"]
}
