/// The way to a server. Variables of the environment that name proxies have no effect.
public struct HTTPRoute: Sendable {
    /// Who makes the connections.
    public enum Proxy: Equatable, Sendable {
        /// RFC 1928. It resolves the names of servers.
        case socks5(HTTPProxyServer)
        /// Asked to connect (CONNECT) for https, and for http the request itself.
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

    /// nil: connections are made to the server itself.
    public var proxy: Proxy?
    /// nil: any.
    public var interface: Interface?
    /// Asked before a connection is made to an address, the proxy's if there is one: why that is not allowed, or
    /// nil. The server's other addresses are still tried.
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

/// Where a proxy listens, and whom it knows.
public struct HTTPProxyServer: Equatable, Sendable {
    /// A name or an address, IPv6 without brackets.
    public let host: String
    /// The TCP port.
    public let port: UInt16
    /// nil: it gets none.
    public let credentials: HTTPCredentials?

    /// A proxy at `host`, which is a name or an address.
    public init(host: String, port: UInt16, credentials: HTTPCredentials?) {
        self.host = host
        self.port = port
        self.credentials = credentials
    }
}
