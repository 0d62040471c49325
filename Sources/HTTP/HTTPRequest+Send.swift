extension HTTPRequest {
    /// Sends the request by `route` on its own connection and returns the response. Does not follow
    /// redirects. Blocks until the response is complete.
    public func send(by route: HTTPRoute) throws(HTTPError) -> HTTPResponse {
        let client = try HTTPClient()
        let body = LimitedBody(limit: limits.body)
        guard try client.send(self, by: route, to: body) == .complete else { throw .bodyTooLarge }
        return HTTPResponse(
            head: body.head, body: body.bytes, address: client.address, isHTTP2: client.isHTTP2)
    }
}

/// Collects a body of at most `limit` bytes, and ends the transfer if there are more.
private final class LimitedBody: HTTPReceiver {
    private let limit: Int
    private(set) var head = HTTPResponseHead()
    private(set) var bytes: [UInt8] = []

    init(limit: Int) {
        self.limit = limit
    }

    func receive(head: HTTPResponseHead) -> Bool {
        self.head = head
        guard head.status / 100 == 2,
            let length = head.value(of: "Content-Length").flatMap({ Int($0) })
        else { return true }
        return length <= limit
    }

    func receive(body part: UnsafeRawBufferPointer) -> Bool {
        guard part.count <= limit - bytes.count else { return false }
        bytes.append(contentsOf: part)
        return true
    }

    var mayGoOn: Bool { true }
}
