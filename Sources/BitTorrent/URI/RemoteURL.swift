/// A URL that came from outside: a tracker, a web seed, a `.torrent` file on the web, a redirect, a proxy.
///
/// This is the only place that parses one. As in a browser's address bar, surrounding white space is
/// dropped, scheme and host are taken without case, and what a request cannot hold is percent-encoded.
/// A control character inside is refused, so that no URL can add a line to a request or to a log.
///
/// Use ``text`` for requests and for files, ``redacted`` for everything that people read, and
/// ``redacted(_:)`` in a message about a text that is not a URL.
public struct RemoteURL: Hashable, Sendable, CustomStringConvertible {
    /// What a URL can begin with.
    public enum Scheme: String, CaseIterable, Sendable {
        case http
        case https
        /// A tracker (BEP 15).
        case udp
        /// A proxy (RFC 1928).
        case socks5

        /// The port of a URL that names none; nil: the URL has to name one.
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
    /// nil: the URL names no user.
    public let credentials: Credentials?
    /// A name in lower case or an address, IPv6 without its brackets.
    public let host: String
    /// The scheme's own where the URL names none.
    public let port: UInt16
    /// Path and query, percent-encoded. It begins with a slash; the fragment is dropped.
    public let target: String

    /// The longest URL that is accepted, in bytes.
    public static let maximumLength = 16_384

    /// Parses `text`, which has to begin with one of `schemes`.
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
        // Browsers take it for a slash, others for a part of the user's name.
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

    /// The URL that `location` names in an answer of this URL's server (RFC 3986, 5.2; RFC 9110, 10.2.2).
    /// Another server is not told this one's credentials.
    public func resolved(_ location: String) throws(RemoteURLError) -> RemoteURL {
        guard location.utf8.count <= Self.maximumLength else { throw .tooLong }
        let reference = try Self.trimmed(location).prefix { $0 != "#" }
        if reference.hasPrefix("//") {
            return try RemoteURL("\(scheme):\(reference)").inheriting(from: self)
        }
        if Self.hasScheme(reference) {
            return try RemoteURL(String(reference)).inheriting(from: self)
        }
        let path = target.prefix { $0 != "?" }
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

    /// Where a redirect of this URL's server leads to. Throws also where it leads from https to http.
    func redirected(to location: String) throws(RemoteURLError) -> RemoteURL {
        let next = try resolved(location)
        guard scheme != .https || next.scheme == .https else { throw .insecureRedirect }
        return next
    }

    private func inheriting(from other: RemoteURL) -> RemoteURL {
        let isSameServer = (scheme, host, port) == (other.scheme, other.host, other.port)
        return RemoteURL(
            scheme: scheme, credentials: credentials ?? (isSameServer ? other.credentials : nil),
            host: host, port: port, target: target)
    }
}

extension RemoteURL {
    /// The host as a URL has it, IPv6 in brackets.
    var bracketedHost: String { host.contains(":") ? "[\(host)]" : host }

    /// As the Host header has it: with the port if it is not the scheme's own (RFC 9110, 7.2).
    public var authority: String {
        port == scheme.defaultPort ? bracketedHost : "\(bracketedHost):\(port)"
    }

    /// The whole URL, fit for a request or a file. It holds the credentials: print ``redacted`` instead.
    public var text: String {
        "\(scheme)://\(credentials.map { "\($0.encoded)@" } ?? "")\(authority)\(writtenTarget)"
    }

    /// Nobody writes the slash of a URL that is not of a web server.
    private var writtenTarget: String {
        target == "/" && (scheme == .udp || scheme == .socks5) ? "" : target
    }

    /// As ``redacted``.
    public var description: String { redacted }

    /// The URL as people may see it: without its credentials and the values of its query, which are secrets
    /// in signed URLs and those of private trackers.
    public var redacted: String {
        let path = writtenTarget.prefix { $0 != "?" }
        let query = writtenTarget[path.endIndex...].dropFirst().split(separator: "&").map {
            parameter in
            parameter.contains("=") ? parameter.prefix { $0 != "=" } + "=***" : "***"
        }
        let user = credentials == nil ? "" : "***@"
        return "\(scheme)://\(user)\(authority)\(path)"
            + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
    }

    /// `text` as a message may show it, whatever it is: on one line, not too long, and without what may be
    /// a secret. A URL is shown as ``redacted`` shows it.
    public static func redacted(_ text: String) -> String {
        if let url = try? RemoteURL(text, schemes: Set(Scheme.allCases)) { return url.redacted }
        let longest = 200
        let line = text.onOneLine
        // A "?" in front of the "@" is more likely a part of a password than where the query begins.
        let user = line.lastIndex(of: "@")
        let query = line[(user ?? line.startIndex)...].firstIndex(of: "?")
        var shown = line[..<(query ?? line.endIndex)]
        let start = shown.firstRange(of: "://")?.upperBound ?? shown.startIndex
        if let user {
            shown.replaceSubrange((start <= user ? start : shown.startIndex)..<user, with: "***")
        }
        let isCut = shown.count > longest
        return shown.trimmingSpace.prefix(longest) + (isCut ? "…" : query == nil ? "" : "?***")
    }
}

extension RemoteURL {
    /// Without the white space around it. Throws where a control character is left.
    private static func trimmed(_ text: String) throws(RemoteURLError) -> Substring {
        let rest = text[...].trimmingSpace
        guard !rest.unicodeScalars.contains(where: { $0.isControl }) else {
            throw .controlCharacter
        }
        return rest
    }

    /// Whether a reference names a scheme of its own (RFC 3986, 4.1).
    private static func hasScheme(_ reference: Substring) -> Bool {
        guard let colon = reference.firstIndex(of: ":"), reference.first?.isLetter == true else {
            return false
        }
        return reference[..<colon].allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0))
        }
    }

    /// What stands between the slashes and the path, behind the credentials.
    private static func place(_ authority: Substring) throws(RemoteURLError) -> (String, UInt16?) {
        let host: Substring
        let rest: Substring
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { throw .malformedHost }
            host = authority[..<end].dropFirst()
            rest = authority[end...].dropFirst()
            guard NumericAddress.isOne(String(host)), host.contains(":") else {
                throw .malformedHost
            }
        } else {
            host = authority.prefix { $0 != ":" }
            rest = authority[host.endIndex...]
            guard !host.isEmpty else { throw .noHost }
            guard host.utf8.allSatisfy(isPartOfName), host.utf8.count <= 253 else {
                throw .malformedHost
            }
        }
        guard rest.isEmpty || rest.first == ":" else { throw .malformedHost }
        let digits = rest.dropFirst()
        guard !digits.isEmpty else { return (host.lowercased(), nil) }
        guard digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let port = UInt16(digits), port > 0
        else { throw .malformedPort }
        return (host.lowercased(), port)
    }

    /// Host names hold letters, digits, hyphens and dots; private ones underscores, too.
    private static func isPartOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Path and query of a request, made from what stands behind the authority.
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
        // What ends in dots is a folder.
        if segments.last == "." || segments.last == ".." { kept.append("") }
        return "/" + kept.joined(separator: "/")
    }
}

extension Set<RemoteURL.Scheme> {
    /// Of web servers.
    public static var web: Self { [.http, .https] }
    /// Of trackers that we can announce to.
    public static var tracker: Self { [.http, .https, .udp] }
    /// Of proxies.
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
    /// C0, DEL and C1, and the separators of lines and paragraphs.
    fileprivate var isControl: Bool {
        value < 0x20 || 0x7f...0x9f ~= value || value == 0x2028 || value == 0x2029
    }
}
