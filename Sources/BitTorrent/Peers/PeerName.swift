import LinuxSystem

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
    public var isAddress: Bool { NumericAddress.isOne(host) }

    /// A peer by its numeric address.
    init(address: String, port: UInt16) {
        host = address
        self.port = port
    }

    /// Parses `host`, `host:port`, `[address]`, `[address]:port` or `_service._tcp.name`.
    public init?(_ text: Substring) {
        // Names with other characters cannot be resolved.
        guard text.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else { return nil }
        let host: Substring
        var rest: Substring
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            rest = text[text.index(after: end)...]
        } else if text.filter({ $0 == ":" }).count > 1 {
            host = text
            rest = ""
        } else {
            host = text.prefix { $0 != ":" }
            rest = text[host.endIndex...]
        }
        guard !host.isEmpty, host.utf8.count <= 255, !host.contains(where: { "[]/@".contains($0) })
        else { return nil }
        if rest.isEmpty {
            port = nil
        } else {
            guard rest.removeFirst() == ":" else { return nil }
            guard let number = WholeNumber.parse(rest, within: 1...UInt16.max) else { return nil }
            port = number
        }
        self.host = String(host)
        if isService, port != nil { return nil }
    }
}

extension PeerName: CustomStringConvertible {
    /// The form that the initializer parses.
    public var description: String {
        let host = host.contains(":") ? "[\(host)]" : host
        return port.map { "\(host):\($0)" } ?? host
    }
}
