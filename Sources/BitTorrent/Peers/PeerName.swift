/// A peer by name: a host name, an IPv4 address or a bracketed IPv6 address, with an optional port.
public struct PeerName: Hashable, Sendable {
    /// A name or an address. IPv6 without brackets.
    public let host: String
    /// nil if no port is given.
    public let port: UInt16?

    /// The default port of a peer.
    public static let defaultPort: UInt16 = 6881

    /// True for a service such as `_bittorrent._tcp.example.org`. Its hosts and ports are in SRV
    /// records (RFC 2782).
    public var isService: Bool { host.hasPrefix("_") }

    /// Whether the host is an IPv4 or IPv6 address, so that no name server is asked.
    public var isAddress: Bool { IPAddress(host) != nil }

    /// A peer by its numeric address.
    init(address: String, port: UInt16) {
        host = address
        self.port = port
    }

    /// Parses `host`, `host:port`, `[address]`, `[address]:port` or `_service._tcp.name`.
    public init?(_ text: Substring) {
        // Names with other characters cannot be resolved.
        guard text.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else { return nil }
        guard let place = HostAndPort(text, allowsBareIPv6: true) else { return nil }
        host = String(place.host)
        port = place.port
        guard (1...255).contains(host.utf8.count), !host.contains(where: { "[]/@".contains($0) })
        else { return nil }
        if port == nil, place.portText != nil { return nil }
        if isService, port != nil { return nil }
    }
}

extension PeerName: CustomStringConvertible {
    /// The form that the initializer parses.
    public var description: String { HostAndPort.text(host: host, port: port) }
}
