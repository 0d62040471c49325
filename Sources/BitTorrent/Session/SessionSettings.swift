import CLibtorrent
import Glibc
import ProductVersion

extension EngineConfiguration {
    /// Resolves a redirect of a tracker or web seed.
    private static let resolveRedirect:
        @convention(c) (
            UnsafePointer<CChar>?, UnsafePointer<CChar>?, Int
        ) -> UnsafeMutablePointer<CChar>? = { url, location, length in
            guard let url, let location, let asked = try? RemoteURL(String(cString: url)) else {
                return nil
            }
            let bytes = UnsafeRawBufferPointer(start: location, count: length)
            let next = try? asked.redirected(to: String(decoding: bytes, as: UTF8.self))
            return next.flatMap { strdup($0.text) }
        }

    /// Our name for peers, trackers and web servers.
    static let userAgent = ProductVersion.userAgent

    /// Throws if the interface does not exist, because no other interface may be used.
    func checkInterface() throws(TorrentError) {
        guard let interface, !interface.exists else { return }
        throw .unavailable(
            "\(names[.interface])=\(interface.text): this machine has no such interface or address")
    }

    /// The settings of a session that listens on `port`, valid during the call.
    func withSettings<Result>(
        port: UInt16, pace: Session.Pace, _ body: (UnsafePointer<pierdat_settings>) -> Result
    ) -> Result {
        let interfaces = interface?.listening(on: port) ?? "0.0.0.0:\(port),[::]:\(port)"
        let nodes =
            if case .on(let bootstrap) = dht { bootstrap.joined(separator: ",") } else { "" }
        let texts = [
            interfaces, nodes, Self.userAgent, ProductVersion.peerIDPrefix,
            interface?.text ?? "",
        ]
        return CStrings.with(texts) { texts in
            network.withValue { network in
                proxy.withValue { proxy in
                    var settings = pierdat_settings(
                        listen_interfaces: texts[0], port_retries: 100,
                        dht_bootstrap_nodes: texts[1], dht: dht != .off, lsd: localDiscovery,
                        upload_limit: CInt(clamping: uploadLimit ?? 0),
                        download_limit: CInt(clamping: downloadLimit ?? 0),
                        connections: CInt(clamping: connections ?? 0),
                        encryption: peerProtocol.encryption.value,
                        tcp: peerProtocol.transport != .utp, utp: peerProtocol.transport != .tcp,
                        outgoing_interface: texts[4], network: network, proxy: proxy,
                        tick_interval: pace.rawValue, user_agent: texts[2],
                        peer_fingerprint: texts[3], resolve_redirect: Self.resolveRedirect)
                    return body(&settings)
                }
            }
        }
    }
}
