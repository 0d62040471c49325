import LinuxSystem

/// A URL from outside: a tracker, a web seed, a `.torrent` file on a web server, a redirect or a
/// proxy.
///
/// All URLs are parsed here. As in a browser's address bar, surrounding white space is removed,
/// scheme and host are case-insensitive, and characters that are not valid in a request are
/// percent-encoded. Control characters are rejected, so that no URL can add a line to a request or
/// a log.
///
/// Use ``text`` for requests and files, ``redacted`` for everything that people read, and
/// ``redacted(_:)`` in a message about text that is not a URL.
public struct RemoteURL: Hashable, Sendable, CustomStringConvertible {
    /// A URL scheme.
    public enum Scheme: String, CaseIterable, Sendable {
        case http
        case https
        /// A tracker (BEP 15).
        case udp
        /// A proxy (RFC 1928).
        case socks5

        /// The default port. nil if the URL must contain a port.
        var defaultPort: UInt16? {
            switch self {
            case .http: 80
            case .https: 443
            case .udp, .socks5: nil
            }
        }
    }

    /// In lower case.
    public let scheme: Scheme
    /// nil if the URL has no user.
    public let credentials: Credentials?
    /// A name in lower case, or an address. IPv6 without brackets.
    public let host: String
    /// The scheme's default port if the URL has none.
    public let port: UInt16
    /// The path and query, percent-encoded and starting with a slash. The fragment is removed.
    public let target: String

    /// The maximum length of a URL in bytes.
    public static let maximumLength = 16_384

    /// Parses `text`, which must start with one of `schemes`.
    public init(_ text: String, schemes: Set<Scheme> = .web) throws(RemoteURLError) {
        guard text.utf8.count <= Self.maximumLength else { throw .tooLong }
        let text = try Self.trimmed(text)
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else {
            throw .noScheme
        }
        let name = text[..<colon].lowercased()
        guard let scheme = Scheme(rawValue: name), schemes.contains(scheme) else {
            throw .unsupportedScheme(name, supported: schemes)
        }
        let rest = text[colon...].dropFirst(3)
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        var authority = rest[..<end]
        // Browsers treat a backslash as a slash, other programs as part of the user name.
        guard !authority.contains("\\") else { throw .malformedHost }
        if let at = authority.lastIndex(of: "@") {
            credentials = try Credentials(userinfo: authority[..<at])
            authority = authority[authority.index(after: at)...]
        } else {
            credentials = nil
        }
        let (host, port) = try Self.place(authority)
        guard let port = port ?? scheme.defaultPort else { throw .noPort }
        self.scheme = scheme
        self.host = host
        self.port = port
        target = Self.target(rest[end...])
    }

    private init(
        scheme: Scheme, credentials: Credentials?, host: String, port: UInt16, target: String
    ) {
        self.scheme = scheme
        self.credentials = credentials
        self.host = host
        self.port = port
        self.target = target
    }

    /// Resolves the reference `location` in a response from this URL (RFC 3986, 5.2; RFC 9110,
    /// 10.2.2). The credentials are not passed on to another server.
    public func resolved(_ location: String) throws(RemoteURLError) -> RemoteURL {
        guard location.utf8.count <= Self.maximumLength else { throw .tooLong }
        let reference = try Self.trimmed(location).prefix { $0 != "#" }
        if reference.hasPrefix("//") {
            return try RemoteURL("\(scheme):\(reference)").inheriting(from: self)
        }
        if Self.hasScheme(reference) {
            return try RemoteURL(String(reference)).inheriting(from: self)
        }
        let new: Substring =
            switch reference.first {
            case nil: target[...]
            case "/": reference
            case "?": path + reference
            default: path[..<(path.lastIndex(of: "/") ?? path.startIndex)] + "/" + reference
            }
        return RemoteURL(
            scheme: scheme, credentials: credentials, host: host, port: port,
            target: Self.target(new))
    }

    /// The target of a redirect from this URL. Also throws if it leads from https to http.
    func redirected(to location: String) throws(RemoteURLError) -> RemoteURL {
        let next = try resolved(location)
        guard scheme != .https || next.scheme == .https else { throw .insecureRedirect }
        return next
    }

    /// True if scheme, host and port are the same.
    package func isOnSameServer(as other: RemoteURL) -> Bool {
        (scheme, host, port) == (other.scheme, other.host, other.port)
    }

    /// The root of the server `host`, with the same scheme, user and port.
    package func root(of host: String) -> RemoteURL {
        RemoteURL(scheme: scheme, credentials: credentials, host: host, port: port, target: "/")
    }

    private func inheriting(from other: RemoteURL) -> RemoteURL {
        RemoteURL(
            scheme: scheme,
            credentials: credentials ?? (isOnSameServer(as: other) ? other.credentials : nil),
            host: host, port: port, target: target)
    }
}

extension RemoteURL {
    /// The value of the Host header: with the port if it is not the default (RFC 9110, 7.2).
    public var authority: String {
        HostAndPort.text(host: host, port: port == scheme.defaultPort ? nil : port)
    }

    /// The path without the query, percent-encoded.
    package var path: Substring { target.prefix { $0 != "?" } }

    /// The complete URL for a request or a file. It contains the credentials. Print ``redacted``
    /// instead.
    public var text: String {
        "\(scheme)://\(credentials.map { "\($0.encoded)@" } ?? "")\(authority)\(writtenTarget)"
    }

    /// The path of a URL that is not for a web server is written without its slash.
    private var writtenTarget: String {
        target == "/" && (scheme == .udp || scheme == .socks5) ? "" : target
    }

    /// The same as ``redacted``.
    public var description: String { redacted }

    /// The URL without its credentials and the values of its query, which are secrets in signed
    /// URLs and with private trackers.
    public var redacted: String {
        let user = credentials == nil ? "" : "***@"
        let rest = Redaction.target(writtenTarget, hasUser: credentials != nil)
        return "\(scheme)://\(user)\(authority)\(rest)"
    }

    /// Text that was meant to be a URL, for a message: a URL as ``redacted``, and anything else without what may be
    /// a secret.
    public static func redacted(_ text: String) -> String {
        let url = try? RemoteURL(text, schemes: Set(Scheme.allCases))
        return url?.redacted ?? Redaction.malformedURL(text)
    }
}

extension RemoteURL {
    /// Removes surrounding white space, and encodes what is not ASCII. Throws if a control character is left.
    private static func trimmed(_ text: String) throws(RemoteURLError) -> Substring {
        let rest = text[...].trimmingSpace
        guard !rest.unicodeScalars.contains(where: { $0.isControl }) else {
            throw .controlCharacter
        }
        // To Swift, '#' and a combining character are one character, which is no '#'.
        return PercentEncoding.encoded(beyondASCII: rest)[...]
    }

    /// True if a reference has its own scheme (RFC 3986, 4.1).
    private static func hasScheme(_ reference: Substring) -> Bool {
        guard let colon = reference.firstIndex(of: ":"), reference.first?.isLetter == true else {
            return false
        }
        return reference[..<colon].allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0))
        }
    }

    /// Parses the host and port of an authority without its credentials.
    private static func place(_ authority: Substring) throws(RemoteURLError) -> (String, UInt16?) {
        guard let place = HostAndPort(authority) else { throw .malformedHost }
        guard place.isBracketed || !place.host.isEmpty else { throw .noHost }
        let isHost = place.isBracketed ? IPAddress(place.host)?.isIPv6 == true : isName(place.host)
        guard isHost else { throw .malformedHost }
        guard place.port != nil || place.portText?.isEmpty != false else { throw .malformedPort }
        return (place.host.lowercased(), place.port)
    }

    private static func isName(_ host: Substring) -> Bool {
        host.utf8.count <= 253 && host.utf8.allSatisfy(isPartOfName)
    }

    /// Host names contain letters, digits, hyphens and dots. Private ones also contain underscores.
    private static func isPartOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// The path and query of a request, from the part after the authority.
    private static func target(_ rest: some StringProtocol) -> String {
        let text = PercentEncoding.encoded(forTarget: rest.prefix { $0 != "#" })
        let path = text.prefix { $0 != "?" }
        return withoutDotSegments(path) + text[path.endIndex...]
    }

    /// RFC 3986, 5.2.4.
    private static func withoutDotSegments(_ path: Substring) -> String {
        var kept: [Substring] = []
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        for segment in path.hasPrefix("/") ? segments.dropFirst() : segments[...] {
            switch segment {
            case ".": break
            case "..": _ = kept.popLast()
            default: kept.append(segment)
            }
        }
        // A path that ends in dots is a folder.
        if segments.last == "." || segments.last == ".." { kept.append("") }
        return "/" + kept.joined(separator: "/")
    }
}

extension Set<RemoteURL.Scheme> {
    /// The schemes of web servers.
    public static var web: Self { [.http, .https] }
    /// The schemes of supported trackers.
    public static var tracker: Self { [.http, .https, .udp] }
    /// The schemes of proxies.
    public static var proxy: Self { [.http, .socks5] }
}

extension Substring {
    fileprivate var trimmingSpace: Substring {
        let scalars = unicodeScalars.drop { $0.properties.isWhitespace }
        let last = scalars.lastIndex { !$0.properties.isWhitespace }
        return Substring(scalars[..<(last.map(scalars.index(after:)) ?? scalars.startIndex)])
    }
}

extension Unicode.Scalar {
    /// C0, DEL, C1, and the line and paragraph separators.
    fileprivate var isControl: Bool {
        value < 0x20 || 0x7f...0x9f ~= value || value == 0x2028 || value == 0x2029
    }
}
