import CLibtorrent

/// A file on a web server.
enum WebFile {
    /// How long the servers have for everything, in seconds.
    private static let patience: Int64 = 60

    /// Fetches it by http or https, following redirections, by the way that `configuration` says. A body
    /// of more than `limit` bytes is an error.
    static func bytes(
        of url: String, limit: Int, configuration: EngineConfiguration
    ) throws(TorrentError) -> [UInt8] {
        try configuration.checkInterface()
        configuration.restrictProcess()
        let timeout = configuration.timeout?.components.seconds ?? .max
        let seconds = min(timeout, patience)
        let end = ContinuousClock.now + .seconds(seconds)
        var error = pierdat_error()
        let texts = [url, EngineConfiguration.userAgent, configuration.interface?.text ?? ""]
        let body = CStrings.with(texts) { texts in
            configuration.proxy.withValue { proxy in
                var request = pierdat_http_request(
                    url: texts[0], user_agent: texts[1], longest_body: limit,
                    timeout: CInt(clamping: seconds),
                    proxy: proxy, outgoing_interface: texts[2])
                return pierdat_http_get(&request, &error)
            }
        }
        defer { pierdat_bytes_free(body) }
        guard let data = body.data else {
            if let shortage = error.shortage { throw shortage }
            let message = "cannot fetch \(url): \(error.text)"
            guard timeout > patience || .now < end else {
                throw .timedOut(message + " (--timeout)")
            }
            throw .unavailable(message)
        }
        return Array(UnsafeBufferPointer(start: data, count: body.length))
    }
}
