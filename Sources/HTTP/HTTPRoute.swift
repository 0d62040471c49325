/// The route to a server. Ignores environment variables such as http_proxy.
public struct HTTPRoute: Sendable {
    /// A proxy that connects to servers.
    public enum Proxy: Equatable, Sendable {
        /// RFC 1928. The proxy resolves the names of servers.
        case socks5(HTTPProxyServer)
        /// CONNECT for https. For http, the proxy gets the request itself.
        case http(HTTPProxyServer)

        var server: HTTPProxyServer {
            switch self {
            case .socks5(let server), .http(let server): server
            }
        }
    }

    /// The interface or address that connections leave by.
    public enum Interface: Equatable, Sendable {
        /// A network interface, by its name.
        case device(String)
        /// An address of this machine, IPv6 without brackets.
        case address(String)
    }

    /// nil for a direct connection.
    public var proxy: Proxy?
    /// nil for any interface.
    public var interface: Interface?
    /// Called before each connection, with the address of the proxy or the server. Returns why the address
    /// is not permitted, or nil. The other addresses are still tried.
    public var refusal: @Sendable (_ address: String) -> String?

    /// A direct route by any interface to any address, unless restricted.
    public init(
        proxy: Proxy? = nil, interface: Interface? = nil,
        refusal: @escaping @Sendable (_ address: String) -> String? = { _ in nil }
    ) {
        self.proxy = proxy
        self.interface = interface
        self.refusal = refusal
    }
}

/// The address of a proxy, and our credentials there.
public struct HTTPProxyServer: Equatable, Sendable {
    /// A name or an address, IPv6 without brackets.
    public let host: String
    /// The TCP port.
    public let port: UInt16
    /// nil for none.
    public let credentials: HTTPCredentials?

    /// A proxy at `host`, which is a name or an address.
    public init(host: String, port: UInt16, credentials: HTTPCredentials?) {
        self.host = host
        self.port = port
        self.credentials = credentials
    }
}
