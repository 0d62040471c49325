/// What a server is asked for, and how much its answer may take.
public struct HTTPRequest: Sendable {
    /// http or https, percent-encoded, without a user: `http://host:8080/path?query`. It is used as it is.
    public var url: String
    /// What the server's Basic authentication (RFC 7617) gets; nil: nothing.
    public var credentials: HTTPCredentials?
    /// The User-Agent field.
    public var userAgent: String
    /// Where the answer ends if it has not ended by itself.
    public var limits: HTTPLimits

    public init(
        url: String, credentials: HTTPCredentials? = nil, userAgent: String, limits: HTTPLimits
    ) {
        self.url = url
        self.credentials = credentials
        self.userAgent = userAgent
        self.limits = limits
    }
}

/// A user and a password, without percent-encoding. They describe themselves without their values, lest they be
/// printed.
public struct HTTPCredentials: Equatable, Sendable, CustomStringConvertible {
    public let user: String
    public let password: String

    public init(user: String, password: String) {
        self.user = user
        self.password = password
    }

    public var description: String { "***" }
}

/// What a server cannot make grow.
public struct HTTPLimits: Equatable, Sendable {
    /// Bytes of the body.
    public var body: Int
    /// Bytes of the head, with the heads of interim answers.
    public var head: Int
    /// From the look-up of the server's name to the last byte.
    public var time: Duration

    public init(body: Int, head: Int = 64 << 10, time: Duration) {
        self.body = body
        self.head = head
        self.time = time
    }
}
