import LinuxSystem

/// Parses the sources of the torrent and its data in a link.
extension MagnetLink {
    mutating func addTracker(_ value: String) {
        guard let url = url(value, of: "tr", schemes: .tracker) else { return }
        if !trackers.contains(url) { trackers.append(url) }
    }

    mutating func addWebSeed(_ value: String, as parameter: String) {
        guard let url = url(value, of: parameter, schemes: .web) else { return }
        if !webSeeds.contains(url) { webSeeds.append(url) }
    }

    mutating func addExactSource(_ value: String) {
        guard let url = url(value, of: "xs", schemes: .web) else { return }
        if !exactSources.contains(url) { exactSources.append(url) }
    }

    /// BEP 9.
    mutating func addPeer(_ value: String) {
        guard let peer = place(value, of: "x.pe") else { return }
        if let address = IPAddress(peer.host), let port = peer.port {
            let peer = PeerName(address: address.description, port: port)
            if !peerAddresses.contains(peer) { peerAddresses.append(peer) }
        } else if peerNames.count >= Self.maximumPeerNames {
            warnings.add(
                "x.pe", value, "a link may name at most \(Self.maximumPeerNames) hosts as peers")
        } else if !peerNames.contains(peer) {
            peerNames.append(peer)
        }
    }

    mutating func addNode(_ value: String) {
        guard let node = place(value, of: "dht") else { return }
        if !dhtNodes.contains(node) { dhtNodes.append(node) }
    }

    /// BEP 53.
    mutating func addSelection(_ value: String) {
        var indexes = selection ?? FileIndexes()
        for fault in indexes.add(value) {
            warnings.add("so", fault, "write file numbers, which start at 0, as in 0,2-5")
        }
        selection = indexes
    }

    private mutating func url(
        _ value: String, of parameter: String, schemes: Set<RemoteURL.Scheme>
    ) -> RemoteURL? {
        guard !value.trimmed.isEmpty else { return nil }
        do throws(RemoteURLError) {
            return try RemoteURL(value, schemes: schemes)
        } catch {
            warnings.add(parameter, RemoteURL.redacted(value), "\(error)")
            return nil
        }
    }

    private mutating func place(_ value: String, of parameter: String) -> PeerName? {
        let text = value.trimmed
        guard !text.isEmpty else { return nil }
        guard let place = PeerName(text[...]), place.port != nil else {
            warnings.add(parameter, text, "write host:port, or [address]:port for IPv6")
            return nil
        }
        return place
    }
}
