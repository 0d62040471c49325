import LinuxSystem

/// A host with or without a port, as URLs, magnet links and settings have it: `host`, `host:port`, `[address]` or
/// `[address]:port`.
struct HostAndPort {
    /// A name or an address, without brackets. Not checked, and may be empty.
    let host: Substring
    /// True if the host is in brackets, as IPv6 has to be.
    let isBracketed: Bool
    /// The text behind the colon. nil if there is no colon.
    let portText: Substring?

    /// The port. nil if there is none, or it is not a number from 1 to 65535.
    var port: UInt16? { portText.flatMap { WholeNumber.parse($0, within: 1...UInt16.max) } }

    /// nil if the brackets are malformed. With `allowsBareIPv6`, text with several colons is a host.
    init?(_ text: Substring, allowsBareIPv6: Bool = false) {
        let rest: Substring
        isBracketed = text.first == "["
        if isBracketed {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[..<end].dropFirst()
            rest = text[end...].dropFirst()
        } else if allowsBareIPv6, text.count(where: { $0 == ":" }) > 1 {
            host = text
            rest = ""
        } else {
            host = text.prefix { $0 != ":" }
            rest = text[host.endIndex...]
        }
        guard rest.isEmpty || rest.first == ":" else { return nil }
        portText = rest.isEmpty ? nil : rest.dropFirst()
    }

    /// The form that the initializer parses, with IPv6 in brackets.
    static func text(host: String, port: UInt16?) -> String {
        let host = host.contains(":") ? "[\(host)]" : host
        return port.map { "\(host):\($0)" } ?? host
    }
}
