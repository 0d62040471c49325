/// A complete response, whatever its status.
public struct HTTPResponse: Sendable {
    /// The status and the fields.
    public let head: HTTPResponseHead
    /// The body as received: a Content-Encoding is not decoded.
    public let body: [UInt8]
    /// The address connected to: the proxy's if there is one.
    public let address: String
    /// True if the server used HTTP/2.
    public let isHTTP2: Bool
}
