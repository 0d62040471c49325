/// A request for one URL, and the limits on its response.
public struct HTTPRequest: Sendable {
    /// http or https, percent-encoded, without a user: `http://host:8080/path?query`. Used unchanged.
    public var url: String
    /// For Basic authentication (RFC 7617) at the server. nil for none.
    public var credentials: HTTPCredentials?
    /// The User-Agent field.
    public var userAgent: String
    /// Limits on the response.
    public var limits: HTTPLimits

    /// A request for `url`, without credentials by default.
    public init(
        url: String, credentials: HTTPCredentials? = nil, userAgent: String, limits: HTTPLimits
    ) {
        self.url = url
        self.credentials = credentials
        self.userAgent = userAgent
        self.limits = limits
    }
}

/// A user and a password. The description hides the values, so that they are never printed.
public struct HTTPCredentials: Equatable, Sendable, CustomStringConvertible {
    /// The user, as the server expects it.
    public let user: String
    /// The password, as the server expects it. May be empty.
    public let password: String

    /// Neither value is percent-encoded.
    public init(user: String, password: String) {
        self.user = user
        self.password = password
    }

    /// `***` instead of the values.
    public var description: String { "***" }
}

/// Limits on what a server can make us store or wait for.
public struct HTTPLimits: Equatable, Sendable {
    /// Bytes of the body.
    public var body: Int
    /// Bytes of the head, including the heads of interim responses.
    public var head: Int
    /// From the resolution of the server's name to the last byte.
    public var time: Duration

    /// `body` and `head` are in bytes.
    public init(body: Int, head: Int = 64 << 10, time: Duration) {
        self.body = body
        self.head = head
        self.time = time
    }
}
