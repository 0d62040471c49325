import CLibtorrent

extension TorrentParameters {
    /// The torrent that a magnet link describes. Ignores the link's file selection and its peers
    /// named by host.
    public convenience init(_ link: MagnetLink) throws(TorrentError) {
        var error = pierdat_error()
        let made = pierdat_params_from_hashes(
            link.v1?.bytes, link.v2?.bytes, link.name ?? "", &error)
        guard let made else { throw .invalid("the magnet link cannot be used: \(error.text)") }
        self.init(takingOver: made)
        for (tier, url) in link.trackers.enumerated() { addTracker(url, tier: tier) }
        for url in link.webSeeds { pierdat_params_add_web_seed(handle, url.text) }
        for peer in link.peerAddresses {
            pierdat_params_add_peer(handle, peer.host, peer.port ?? PeerName.defaultPort)
        }
        for node in link.dhtNodes {
            pierdat_params_add_node(handle, node.host, node.port ?? PeerName.defaultPort)
        }
    }

    /// A magnet link with this torrent's info-hashes, trackers, web seeds and peers.
    public var magnetLink: MagnetLink {
        let summary = summary
        var link = MagnetLink(v1: summary.v1, v2: summary.v2)
        if !summary.name.isEmpty { link.name = summary.name }
        for url in trackers { link.addTracker(url) }
        for url in webSeeds { link.addWebSeed(url, as: "ws") }
        link.peerAddresses = peers
        return link
    }

    /// The URLs of the trackers, ordered by tier (BEP 12).
    var trackers: [String] {
        var urls: [String] = []
        withUnsafeMutablePointer(to: &urls) { collected in
            pierdat_params_trackers(handle, collected) { context, url in
                guard let context, let url else { return }
                context.assumingMemoryBound(to: [String].self).pointee.append(
                    String(cString: url))
            }
        }
        return urls
    }

    /// The peers with a known numeric address.
    private var peers: [PeerName] {
        var peers: [PeerName] = []
        withUnsafeMutablePointer(to: &peers) { collected in
            pierdat_params_peers(handle, collected) { context, address, port in
                guard let context, let address else { return }
                context.assumingMemoryBound(to: [PeerName].self).pointee.append(
                    PeerName(address: String(cString: address), port: port))
            }
        }
        return peers
    }
}
