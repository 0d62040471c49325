import BackendContract
import BitTorrent
import LinuxSystem

/// Network policies from the environment.
extension EngineConfiguration {
    mutating func readPolicy(_ settings: SettingReader) throws(SettingError) {
        connections = try settings.value(.connections, "a number from 1 to 65535") {
            text in
            WholeNumber.parse(text, within: 1...65_535)
        }
        seedingGoal.ratio = try settings.value(
            .seedRatio, "a number above 0, such as 2 or 1.5"
        ) { text in
            Double(text).flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
        }
        seedingGoal.time = try settings.value(
            .seedTime, "seconds, or a time such as 90m, 12h or 7d", SettingReader.span)
        peerProtocol.encryption =
            try settings.value(
                .encryption, "prefer, require or off", PeerProtocol.Encryption.init)
            ?? .prefer
        peerProtocol.transport =
            try settings.value(
                .transport, "both, tcp or utp", PeerProtocol.Transport.init) ?? .both
        let blocks = "addresses or CIDR blocks, such as 10.0.0.0/8 or fd00::/8, separated by commas"
        network.allowed = try settings.value(.allow, blocks, Self.blocks) ?? []
        network.denied = try settings.value(.deny, blocks, Self.blocks) ?? []
        let proxies =
            "socks5://host:port or http://host:port, with user:password@ in front of the host if needed"
        proxy = try settings.value(
            .proxy, proxies, showing: RemoteURL.redacted, Proxy.init)
        interface = try settings.value(
            .interface, "the name or an address of a network interface",
            OutgoingInterface.init)
        try refuseWithProxy(settings)
        try refuseNamesWithProxy(settings)
        stayInside()
    }

    private static func blocks(_ text: String) -> [AddressBlock]? {
        let blocks = SettingReader.list(text) { AddressBlock($0) }
        return blocks?.isEmpty == false ? blocks : nil
    }

    /// Throws for settings that only apply without a proxy, which connects to addresses itself.
    private func refuseWithProxy(_ settings: SettingReader) throws(SettingError) {
        guard proxy != nil else { return }
        for name in [EnvironmentVariable.allow, .deny, .interface] {
            _ = try settings.value(
                name, "no value together with PIERDAT_PROXY, which has a policy of its own"
            ) { _ in
                Bool?.none
            }
        }
    }

    /// Throws for names that would have to be resolved, because lookups would bypass the proxy.
    private func refuseNamesWithProxy(_ settings: SettingReader) throws(SettingError) {
        guard let proxy else { return }
        let nodes: [PeerName]
        switch dht {
        case .on(let named) where proxy.kind == .socks5 && named != Self.defaultBootstrap:
            nodes = named.compactMap { PeerName($0[...]) }
        case .on, .off: nodes = []
        }
        for (name, hosts) in [(EnvironmentVariable.peers, peers), (.dht, nodes)]
        where !hosts.allSatisfy({ $0.isAddress }) {
            _ = try settings.value(name, "addresses instead of names together with PIERDAT_PROXY") {
                _ in
                Bool?.none
            }
        }
    }

    /// Disables features that the policy or the proxy does not permit.
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

    /// The multicast groups of local service discovery (BEP 14).
    private static let localDiscoveryGroups = ["239.192.152.143", "ff15::efc0:988f"]
}
