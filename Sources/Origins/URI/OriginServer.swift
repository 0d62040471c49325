import BitTorrent

/// The server that a URI names by its host and port alone.
enum OriginServer {
    /// `https://HOST/`, or with http if `isPlain`. nil: http on this machine, which needs no certificate.
    static func url(
        of host: some StringProtocol, isPlain: Bool? = nil
    ) throws(RemoteURLError) -> RemoteURL {
        let isFit = !host.isEmpty && host.utf8.allSatisfy { !"/?#@".utf8.contains($0) }
        guard isFit else { throw .malformedHost }
        let secure = try RemoteURL("https://\(host)/")
        return isPlain ?? isOfThisMachine(secure.host) ? try RemoteURL("http://\(host)/") : secure
    }

    private static func isOfThisMachine(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return host == "localhost" || host == "::1"
            || parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
