import CLibtorrent

/// A proxy for our connections.
public struct Proxy: Equatable, Sendable {
    /// The protocol.
    public enum Kind: String, Sendable {
        /// RFC 1928. UDP works if the proxy supports UDP ASSOCIATE.
        case socks5
        /// The method CONNECT. No UDP.
        case http
    }

    /// The protocol.
    public let kind: Kind
    /// A name or an address.
    public let host: String
    /// A TCP port.
    public let port: UInt16
    /// The user, percent-decoded. nil if the proxy needs none.
    public let user: String?
    /// The password, percent-decoded. nil if the proxy needs none.
    public let password: String?

    /// Parses `socks5://[user:password@]host:port` and `http://…`.
    public init?(_ text: String) {
        guard let url = try? RemoteURL(text, schemes: .proxy), url.target == "/",
            let kind = Kind(rawValue: url.scheme.rawValue)
        else { return nil }
        self.kind = kind
        host = url.host
        port = url.port
        user = url.credentials?.user
        password = url.credentials?.password
        // RFC 1929 limits both to 255 bytes and requires a non-empty user.
        guard (1...255).contains(user?.utf8.count ?? 1), password?.utf8.count ?? 0 <= 255 else {
            return nil
        }
    }
}

extension Proxy? {
    func withValue<Result>(_ body: (pierdat_proxy) -> Result) -> Result {
        guard let proxy = self else { return body(pierdat_proxy()) }
        let kind = proxy.kind == .socks5 ? PIERDAT_PROXY_SOCKS5 : PIERDAT_PROXY_HTTP
        return CStrings.with([proxy.host, proxy.user ?? "", proxy.password ?? ""]) { texts in
            body(
                pierdat_proxy(
                    kind: kind, host: texts[0], port: proxy.port,
                    user: proxy.user == nil ? nil : texts[1], password: texts[2]))
        }
    }
}
