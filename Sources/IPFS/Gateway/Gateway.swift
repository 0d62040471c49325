import BitTorrent

/// A web server that sends blocks (the Trustless Gateway specification).
public struct Gateway: Hashable, Sendable, CustomStringConvertible {
    /// The URL below which there is a folder `ipfs`.
    public let url: RemoteURL
    /// Parameters for each request, such as a token. Begins with `&` unless it is empty.
    private let query: String

    /// The gateway at `url`, which may have a query of its own.
    public init(_ url: RemoteURL) {
        self.init(
            url,
            query: url.target.contains("?") ? "&\(url.target.drop { $0 != "?" }.dropFirst())" : "")
    }

    init(_ url: RemoteURL, query: String) {
        self.url = url
        self.query = query
    }

    /// The gateways to ask if neither the user nor the URI names one. Both are public, and send blocks to anybody.
    public static let standard = ["https://trustless-gateway.link/", "https://ipfs.io/"]
        .compactMap { try? RemoteURL($0) }.map { Gateway($0) }

    /// Where the gateway has the block, or all blocks below it.
    func url(of cid: CID, isArchive: Bool = false) throws(RemoteURLError) -> RemoteURL {
        let folder = url.path.hasSuffix("/") ? url.path.dropLast() : url.path
        let format = isArchive ? "car&dag-scope=all" : "raw"
        return try url.resolved("\(folder)/ipfs/\(cid)?format=\(format)\(query)")
    }

    /// The URL without secrets and without the slash at its end.
    public var description: String {
        let text = url.redacted.prefix { $0 != "?" }
        return String(text.hasSuffix("/") ? text.dropLast() : text)
    }
}
