import CLibtorrent

/// Who makes our connections for us.
public struct Proxy: Equatable, Sendable {
    /// What it speaks.
    public enum Kind: String, Sendable {
        /// RFC 1928. UDP goes through it where it has UDP ASSOCIATE.
        case socks5
        /// The method CONNECT. There is no UDP.
        case http
    }

    /// What it speaks.
    public let kind: Kind
    /// A name or an address.
    public let host: String
    /// Over TCP.
    public let port: UInt16
    /// With their percent-encoding undone; nil: the proxy asks for none.
    public let user: String?
    /// nil: the proxy asks for none.
    public let password: String?

    /// Parses `socks5://[user:password@]host:port` and `http://…`.
    public init?(_ text: String) {
        let lowercased = text.lowercased()
        guard
            let kind = [Kind.socks5, .http].first(where: {
                lowercased.hasPrefix("\($0.rawValue)://")
            })
        else { return nil }
        var rest = text.dropFirst(kind.rawValue.count + 3)
        if rest.last == "/" { rest.removeLast() }
        let at = rest.lastIndex(of: "@")
        let place = at.map { rest[rest.index(after: $0)...] } ?? rest
        guard !place.contains(where: { "/?#".contains($0) }), let name = PeerName(place),
            let port = name.port
        else { return nil }
        self.kind = kind
        host = name.host
        self.port = port
        guard let at else {
            user = nil
            password = nil
            return
        }
        let words = rest[..<at].split(
            separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let user = words.first.flatMap(PercentEncoding.decoded),
            (1...255).contains(user.utf8.count),
            let password = PercentEncoding.decoded(words.count > 1 ? words[1] : ""),
            password.utf8.count <= 255
        else { return nil }
        self.user = user
        self.password = password
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
