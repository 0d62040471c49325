import Metrics

/// An answer to an HTTP request, after which the connection is closed.
struct HTTPResponse: Equatable {
    var status: Int
    var reason: String
    var mediaType = "text/plain; charset=utf-8"
    var body: String
    /// Further fields of the head, each with its line end.
    var fields = ""

    static func plain(_ status: Int, _ reason: String, _ body: String) -> HTTPResponse {
        HTTPResponse(status: status, reason: reason, body: body + "\n")
    }

    static let malformed = plain(400, "Bad Request", "the request is malformed")
    static let tooLong = plain(431, "Request Header Fields Too Large", "the request is too long")
    static let late = plain(408, "Request Timeout", "the request did not arrive in time")
    static let notFound = plain(404, "Not Found", "there are /metrics, /livez and /readyz")
    static var methodNotAllowed: HTTPResponse {
        var response = plain(405, "Method Not Allowed", "only GET and HEAD are allowed")
        response.fields = "Allow: GET, HEAD\r\n"
        return response
    }

    /// The bytes to send, with the body unless `isHead`.
    func bytes(isHead: Bool) -> [UInt8] {
        let head = """
            HTTP/1.1 \(status) \(reason)\r
            Content-Type: \(mediaType)\r
            Content-Length: \(body.utf8.count)\r
            Cache-Control: no-store\r
            X-Content-Type-Options: nosniff\r
            Connection: close\r
            \(fields)\r

            """
        return Array(head.utf8) + (isHead ? [] : Array(body.utf8))
    }
}
