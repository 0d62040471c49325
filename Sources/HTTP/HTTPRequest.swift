/// A request for one URL, and the limits on its response.
public struct HTTPRequest: Sendable {
    /// http or https, percent-encoded, without a user: `http://host:8080/path?query`. Used unchanged.
    public var url: String
    /// For Basic authentication (RFC 7617) at the server. nil for none.
    public var credentials: HTTPCredentials?
    /// A file in the format of netrc(5), searched for the server's credentials if there are no others. nil
    /// for none.
    public var netrc: String?
    /// The User-Agent field.
    public var userAgent: String
    /// Further fields of the head, each `Name: value` on one line.
    public var fields: [String] = []
    /// The bytes to request (RFC 9110, 14.2). nil for all.
    public var range: Range<Int64>?
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
    /// From the resolution of the server's name to the last byte. nil for no limit.
    public var time: Duration?
    /// The maximum download rate in bytes per second. nil for no limit.
    public var rate: Int?

    /// `body` and `head` are in bytes, and `rate` in bytes per second.
    public init(body: Int, head: Int = 64 << 10, time: Duration?, rate: Int? = nil) {
        self.body = body
        self.head = head
        self.time = time
        self.rate = rate
    }
}
