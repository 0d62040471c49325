import CLibtorrent

/// A file on a web server.
enum WebFile {
    /// How long the server has for each answer, in seconds.
    private static let timeout: CInt = 30

    /// Fetches it by http or https, following redirections, by the way that `configuration` says. A body
    /// of more than `limit` bytes is an error.
    static func bytes(
        of url: String, limit: Int, configuration: EngineConfiguration
    ) throws(TorrentError) -> [UInt8] {
        try configuration.checkInterface()
        configuration.network.restrictProcess()
        var error = pierdat_error()
        let texts = [url, EngineConfiguration.userAgent, configuration.interface?.text ?? ""]
        let body = CStrings.with(texts) { texts in
            configuration.proxy.withValue { proxy in
                var request = pierdat_http_request(
                    url: texts[0], user_agent: texts[1], longest_body: limit, timeout: timeout,
                    proxy: proxy, outgoing_interface: texts[2])
                return pierdat_http_get(&request, &error)
            }
        }
        defer { pierdat_bytes_free(body) }
        guard let data = body.data else { throw .unavailable("cannot fetch \(url): \(error.text)") }
        return Array(UnsafeBufferPointer(start: data, count: body.length))
    }
}
