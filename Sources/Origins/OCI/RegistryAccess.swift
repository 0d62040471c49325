import BitTorrent
import HTTP
import LinuxSystem

/// Gets access to a repository: by the user's password, or by a token for which the password is shown to the server
/// that the registry names.
///
/// A registry decides where the password is sent, so the password goes only to the registry's own host, or by https to
/// another host that the registry has named by https.
struct RegistryAccess {
    private let registry: Registry
    private let api: OriginAPI

    private static let longestToken = 64 << 10
    /// The life of a token whose server does not tell (Docker's specification), and the longest that is believed.
    private static let usualLife: Int64 = 60
    private static let longestLife: Int64 = 86_400
    /// A token is renewed so many seconds before its end.
    private static let reserve: Int64 = 10

    init(_ registry: Registry, _ api: OriginAPI) {
        self.registry = registry
        self.api = api
    }

    private var server: RemoteURL { registry.uri.server }

    private var credentials: HTTPCredentials? {
        if case .password(let found) = registry.credentials.entry(for: server) {
            found
        } else {
            nil
        }
    }

    /// What to send with requests, after the registry has answered 401. The same as before if nothing better is known.
    func secrets(for answer: OriginAPI.Answer) throws(TorrentError) -> RequestSecrets {
        var secrets = api.secrets
        let field = answer.head.value(of: "WWW-Authenticate")
        // A blob store to which a registry redirects is not the registry.
        guard answer.url.isOnSameServer(as: server), let field,
            let challenge = RegistryChallenge(field)
        else { return secrets }
        secrets.servers = [server]
        switch challenge {
        case .basic:
            if let credentials { secrets.fields.append(credentials.basicField) }
        case .bearer(let realm, let service, let scope):
            let url = try tokenURL(
                realm, service, scope ?? "repository:\(registry.uri.repository):pull")
            secrets.token = try token(from: url, after: answer)
        }
        return secrets
    }

    private func tokenURL(
        _ realm: String, _ service: String?, _ scope: String
    ) throws(TorrentError) -> RemoteURL {
        var query: [String] = []
        if let service { query.append("service=\(PercentEncoding.encoded(userinfo: service))") }
        query.append("scope=\(PercentEncoding.encoded(userinfo: scope))")
        do throws(RemoteURLError) {
            let url = try RemoteURL(realm)
            guard url.credentials == nil else { throw RemoteURLError.malformedCredentials }
            let separator = url.target.contains("?") ? "&" : "?"
            return try RemoteURL("\(url.text)\(separator)\(query.joined(separator: "&"))")
        } catch {
            throw .unavailable(
                "\(registry.uri.shown): the registry names a token server that cannot be used: \(error)"
            )
        }
    }

    private func token(
        from url: RemoteURL, after answer: OriginAPI.Answer
    ) throws(TorrentError) -> RenewedToken {
        if server.scheme == .https, url.scheme != .https {
            throw .unavailable(
                "\(registry.uri.shown): the registry names a token server without https, \(url.host)"
            )
        }
        var secrets = RequestSecrets()
        if let credentials {
            guard mayShowPassword(to: url) else {
                throw .unavailable(
                    """
                    \(registry.uri.shown): the registry names a token server at another host, \(url.host), and \
                    that is not protected by https, so the password is not sent there
                    """)
            }
            secrets.fields = [credentials.basicField]
            secrets.servers = [url]
        }
        let client = api.with(secrets)
        // The first request is repeated if the server is busy. A later one is not, because a download waits for it.
        let first = try client.get(
            url, limit: Self.longestToken, isPublicOnly: answer.isFromInternet)
        guard first.status == 200, let lease = Self.lease(first) else {
            throw .unavailable(
                """
                \(registry.uri.shown): the token server \(url.host) answered \(first.statusText). \
                \(registry.advice)
                """)
        }
        return RenewedToken(lease) {
            client.getOnce(url, limit: Self.longestToken, isPublicOnly: answer.isFromInternet)
                .flatMap { $0.status == 200 ? Self.lease($0) : nil }
        }
    }

    private func mayShowPassword(to url: RemoteURL) -> Bool {
        url.host == server.host && (url.scheme == .https || server.scheme == .http)
            || server.scheme == .https && url.scheme == .https
    }

    private static func lease(_ answer: OriginAPI.Answer) -> RenewedToken.Lease? {
        struct Body: Decodable {
            let token: String?
            let accessToken: String?
            let life: Int64?

            enum CodingKeys: String, CodingKey {
                case token
                case accessToken = "access_token"
                case life = "expires_in"
            }
        }
        guard let body = answer.decoded(as: Body.self), let token = body.token ?? body.accessToken,
            !token.isEmpty, token.utf8.allSatisfy({ 0x21...0x7E ~= $0 })
        else { return nil }
        let life = min(max(body.life ?? usualLife, 2 * reserve), longestLife)
        return RenewedToken.Lease(token: token, end: .now + .seconds(life - reserve))
    }
}
