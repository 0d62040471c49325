import CLibtorrent
import HTTP

extension EngineConfiguration {
    /// Applies the policy to this process. Call it before the first request. Throws if the interface does
    /// not exist.
    package func prepareForRequests() throws(TorrentError) {
        try checkInterface()
        restrictProcess()
        pierdat_certificates_find()
    }

    /// The route of an HTTP request to `url`. With `isPublicOnly`, only addresses of the public internet
    /// are permitted. That has no effect behind a proxy, because the proxy resolves the name.
    package func route(to url: RemoteURL, isPublicOnly: Bool) -> HTTPRoute {
        let host = proxy?.host ?? url.host
        let isPublicOnly = isPublicOnly && proxy == nil
        let names = self.names
        return HTTPRoute(proxy: proxy?.route, interface: interface?.route) { address in
            switch pierdat_network_judge(address) {
            case PIERDAT_NETWORK_CLOUD_METADATA:
                "\(host) is the address of a cloud's metadata, which \(names[.allow]) does not list"
            case PIERDAT_NETWORK_PERMITTED:
                isPublicOnly && !pierdat_network_is_public(address)
                    ? "a server on the internet redirects into a private network, to \(host)" : nil
            default: "\(names[.allow]) or \(names[.deny]) forbids every address of \(host)"
            }
        }
    }
}

extension Proxy {
    fileprivate var route: HTTPRoute.Proxy {
        let credentials = user.map { HTTPCredentials(user: $0, password: password ?? "") }
        let server = HTTPProxyServer(host: host, port: port, credentials: credentials)
        return kind == .socks5 ? .socks5(server) : .http(server)
    }
}

extension OutgoingInterface {
    fileprivate var route: HTTPRoute.Interface {
        switch self {
        case .device(let name): .device(name)
        case .address(let address): .address(address.description)
        }
    }
}
