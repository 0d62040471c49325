import BitTorrent
import FoundationEssentials
import HTTP

/// The users and passwords that `docker login` has stored: ~/.docker/config.json.
public struct RegistryCredentials: Sendable {
    private struct File: Decodable {
        struct Entry: Decodable {
            let auth: String?
            let username: String?
            let password: String?
            let identitytoken: String?
        }

        let auths: [String: Entry]?
        let credHelpers: [String: String]?
        let credsStore: String?
    }

    /// What the file says about one registry.
    enum Entry: Equatable {
        case password(HTTPCredentials)
        /// It is stored where we cannot read it.
        case unsupported(String)
        case none
    }

    private let file: File?

    /// The longest file in bytes.
    public static let longest = 1 << 20

    /// Nothing is stored.
    public init() {
        file = nil
    }

    /// nil if `json` is not such a file.
    public init?(json: [UInt8]) {
        guard let file = try? JSONDecoder().decode(File.self, from: Data(json)) else { return nil }
        self.file = file
    }

    /// What is stored for the registry at `server`.
    func entry(for server: RemoteURL) -> Entry {
        let names = Self.names(of: server)
        let entries = (file?.auths ?? [:]).sorted { $0.key < $1.key }
        for (key, entry) in entries where Self.place(key).map(names.contains) ?? false {
            if let found = Self.credentials(entry) { return .password(found) }
            if entry.identitytoken?.isEmpty == false {
                return .unsupported("an identity token, which is not supported")
            }
        }
        let helper = file?.credHelpers?.first {
            Self.place($0.key).map(names.contains) ?? false
        }?.value
        if let helper = helper ?? file?.credsStore, !helper.isEmpty {
            return .unsupported(
                "the credential helper '\(helper.prefix(40))', which is not supported")
        }
        return .none
    }

    private static func names(of server: RemoteURL) -> Set<String> {
        let own: Set = [server.authority, "\(server.host):\(server.port)"]
        return server.host == "registry-1.docker.io"
            ? own.union(["docker.io", "index.docker.io"]) : own
    }

    /// `https://index.docker.io/v1/` is `index.docker.io`. nil for a key that names only a part of a registry, or one of
    /// docker's own tokens (`https://index.docker.io/v1/refresh-token`).
    private static func place(_ key: String) -> String? {
        let rest = key.firstRange(of: "://").map { key[$0.upperBound...] } ?? key[...]
        let path = rest.drop { $0 != "/" }
        guard ["", "/", "/v1", "/v1/", "/v2", "/v2/"].contains(path) else { return nil }
        return rest.prefix { $0 != "/" }.lowercased()
    }

    private static func credentials(_ entry: File.Entry) -> HTTPCredentials? {
        if let user = entry.username, let password = entry.password, !user.isEmpty {
            return HTTPCredentials(user: user, password: password)
        }
        guard let auth = entry.auth, let data = Data(base64Encoded: auth),
            let text = String(validating: data, as: UTF8.self),
            let colon = text.firstIndex(of: ":"),
            colon != text.startIndex
        else { return nil }
        return HTTPCredentials(
            user: String(text[..<colon]), password: String(text[text.index(after: colon)...]))
    }
}

extension HTTPCredentials {
    /// The field of a request (RFC 7617).
    var basicField: String {
        "Authorization: Basic \(Data("\(user):\(password)".utf8).base64EncodedString())"
    }
}
