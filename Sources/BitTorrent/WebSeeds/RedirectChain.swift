import CLibtorrent

/// A URL, and where its redirects lead.
package struct RedirectChain: Equatable, Sendable {
    /// Where the next request goes.
    package private(set) var url: RemoteURL
    /// True once a server on the internet has redirected us. It must not send us into the local network.
    package private(set) var isPublicOnly = false

    /// Begins at `url`.
    package init(_ url: RemoteURL) {
        self.url = url
    }

    /// Follows the redirect in the response from `address`: to `location`, as the server wrote it.
    package mutating func follow(
        _ location: String, from address: String, _ configuration: EngineConfiguration
    ) throws(RemoteURLError) {
        let isPublic = configuration.isOnInternet(address)
        url = try url.redirected(to: location)
        isPublicOnly = isPublicOnly || isPublic
    }
}

extension EngineConfiguration {
    /// True if a server was reached at `address` of the internet. Behind a proxy that is not known.
    package func isOnInternet(_ address: String) -> Bool {
        proxy == nil && pierdat_network_is_public(address)
    }
}
