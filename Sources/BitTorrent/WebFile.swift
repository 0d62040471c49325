import CLibtorrent

/// A file on a web server.
enum WebFile {
    /// How long the server has for each answer, in seconds.
    private static let timeout: CInt = 30

    /// Fetches it by http or https, following redirections. A body of more than `limit` bytes is an error.
    static func bytes(of url: String, limit: Int) throws(TorrentError) -> [UInt8] {
        var error = pierdat_error()
        let body = url.withCString { url in
            EngineConfiguration.userAgent.withCString { agent in
                var request = pierdat_http_request(
                    url: url, user_agent: agent, longest_body: limit, timeout: timeout)
                return pierdat_http_get(&request, &error)
            }
        }
        defer { pierdat_bytes_free(body) }
        guard let data = body.data else { throw .unavailable("cannot fetch \(url): \(error.text)") }
        return Array(UnsafeBufferPointer(start: data, count: body.length))
    }
}
