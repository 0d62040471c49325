import BitTorrent
import HTTP
import LinuxSystem
import SystemPackage

/// What proves to a server that we may read a file. Never printed or stored, and sent only to servers that the
/// user named.
public struct RequestSecrets: Equatable, Sendable, CustomStringConvertible {
    /// Fields of the head, each `Name: value`.
    public var fields: [String] = []
    /// A file in the format of netrc(5). nil for none.
    public var netrc: String?
    /// The URLs whose servers get the secrets.
    public var servers: [RemoteURL] = []
    /// A token that is renewed when its time is over. nil for none.
    public var token: RenewedToken?
    /// What to do if a server refuses them, for a message. nil for the usual advice.
    public var advice: String?

    /// Nothing.
    public init() {}

    /// True if there is nothing to send to the servers of `urls`.
    func areEmpty(for urls: [RemoteURL]) -> Bool {
        guard fields.isEmpty, token == nil else { return false }
        guard let netrc, let bytes = SmallFile.contents(of: FilePath(netrc), atMost: 1 << 20) else {
            return true
        }
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        return !words.contains { word in
            word == "default" || urls.contains { $0.host == word.lowercased() }
        }
    }

    /// `***` instead of the values.
    public var description: String { "***" }

    /// Adds the secrets to a request to `url`, if its server gets them. Returns the token among them.
    @discardableResult
    package func add(to request: inout HTTPRequest, to url: RemoteURL) -> String? {
        guard servers.contains(where: url.isOnSameServer) else { return nil }
        request.fields += fields
        request.netrc = netrc
        guard let token = token?.current() else { return nil }
        request.fields.append("Authorization: Bearer \(token)")
        return token
    }
}
