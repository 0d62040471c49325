import CLibtorrent

/// A file on a web server.
enum WebFile {
    /// How long the servers have for everything.
    private static let patience = Duration.seconds(60)
    private static let mostRedirects = 5

    /// Fetches it by http or https, following redirects, by the way that `configuration` says. A body of
    /// more than `limit` bytes is an error.
    static func bytes(
        of url: RemoteURL, limit: Int, configuration: EngineConfiguration
    ) throws(TorrentError) -> [UInt8] {
        try configuration.checkInterface()
        configuration.restrictProcess()
        let timeout = configuration.timeout
        let end = ContinuousClock.now + min(timeout ?? patience, patience)
        do throws(FetchError) {
            return try bytes(of: url, limit: limit, until: end, configuration)
        } catch {
            if let shortage = error.shortage { throw shortage }
            let message = "cannot fetch \(url.redacted): \(error.reason)"
            if let timeout, timeout <= patience, .now >= end {
                throw .timedOut(message + " (--timeout)")
            }
            throw .unavailable(message)
        }
    }

    private static func bytes(
        of first: RemoteURL, limit: Int, until end: ContinuousClock.Instant,
        _ configuration: EngineConfiguration
    ) throws(FetchError) -> [UInt8] {
        var url = first
        // A server on the internet has no business in our network.
        var isPublicOnly = false
        for _ in 0...mostRedirects {
            let answer = try get(
                url, limit: limit, until: end, isPublicOnly: isPublicOnly, configuration)
            switch answer {
            case .body(let bytes): return bytes
            case .redirect(let location, let isPublic):
                isPublicOnly = isPublicOnly || isPublic
                url = try next(after: url, location)
            }
        }
        throw FetchError(reason: "the server redirects again and again")
    }

    private static func next(after url: RemoteURL, _ location: String) throws(FetchError)
        -> RemoteURL
    {
        do throws(RemoteURLError) {
            return try url.redirected(to: location)
        } catch {
            throw FetchError(
                reason: "the server redirects to \(RemoteURL.redacted(location)): \(error)")
        }
    }

    private enum Answer {
        case body([UInt8])
        case redirect(location: String, isPublic: Bool)
    }

    private struct FetchError: Error {
        let reason: String
        /// What the system refused, if it was that.
        var shortage: TorrentError?
    }

    /// One request.
    private static func get(
        _ url: RemoteURL, limit: Int, until end: ContinuousClock.Instant, isPublicOnly: Bool,
        _ configuration: EngineConfiguration
    ) throws(FetchError) -> Answer {
        var error = pierdat_error()
        let texts = [
            url.host, url.authority, url.target, url.credentials?.user ?? "",
            url.credentials?.password ?? "", EngineConfiguration.userAgent,
            configuration.interface?.text ?? "",
        ]
        let left = max(.zero, end - .now)
        let answer = CStrings.with(texts) { texts in
            configuration.proxy.withValue { proxy in
                var request = pierdat_http_request(
                    is_secure: url.scheme == .https, host: texts[0], port: url.port,
                    authority: texts[1], target: texts[2],
                    user: url.credentials == nil ? nil : texts[3], password: texts[4],
                    user_agent: texts[5], longest_body: limit,
                    timeout: left.components.seconds * 1000
                        + left.components.attoseconds / 1_000_000_000_000_000,
                    is_public_only: isPublicOnly, proxy: proxy, outgoing_interface: texts[6])
                return pierdat_http_get(&request, &error)
            }
        }
        defer { pierdat_http_answer_free(answer) }
        if let location = answer.location {
            return .redirect(
                location: String(cString: location), isPublic: answer.is_public)
        }
        guard let data = answer.body.data else {
            throw FetchError(reason: error.text, shortage: error.shortage)
        }
        return .body(Array(UnsafeBufferPointer(start: data, count: answer.body.length)))
    }
}
