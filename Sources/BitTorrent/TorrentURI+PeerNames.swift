extension TorrentURI {
    /// A link of strangers makes us look up no more names than this.
    private static let maximumPeerNames = 20

    /// The peers that a magnet link gives by name (`x.pe`, BEP 9). Those that it gives by address belong
    /// to its parameters.
    public var peerNames: [PeerName] {
        guard case .magnet(let link) = self, let mark = link.firstIndex(of: "?") else { return [] }
        let names = link[mark...].dropFirst().split(separator: "&").lazy.compactMap(Self.peerName)
        return Array(names.prefix(Self.maximumPeerNames))
    }

    private static func peerName(_ parameter: Substring) -> PeerName? {
        let parts = parameter.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "x.pe",
            let value = PercentEncoding.decoded(parts[1]), let name = PeerName(Substring(value)),
            name.port != nil, !NumericAddress.isOne(name.host)
        else { return nil }
        return name
    }
}
