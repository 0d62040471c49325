import LinuxSystem

/// A peer by name: a host, an IPv4 or a bracketed IPv6 address, with the port where it is told.
public struct PeerName: Hashable, Sendable {
    /// A name or an address, IPv6 without its brackets.
    public let host: String
    /// nil where it tells none.
    public let port: UInt16?

    /// The port of a peer whose name tells none.
    public static let defaultPort: UInt16 = 6881

    /// Whether it names a service, as `_bittorrent._tcp.example.org`, whose hosts and ports SRV records tell
    /// (RFC 2782).
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
        // No other name is ever found.
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
    /// As it is parsed.
    public var description: String {
        let host = host.contains(":") ? "[\(host)]" : host
        return port.map { "\(host):\($0)" } ?? host
    }
}
