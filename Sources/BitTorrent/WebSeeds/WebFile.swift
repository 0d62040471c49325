import HTTP

/// A file on a web server.
package enum WebFile {
    /// The time limit for the whole download, redirects included.
    private static let patience = Duration.seconds(60)
    private static let mostRedirects = 5

    /// Downloads the file by http or https, following redirects, on the route in `configuration`. Throws
    /// if the body has more than `limit` bytes. `prepare` may change each request, which goes to the given URL.
    package static func bytes(
        of url: RemoteURL, limit: Int, configuration: EngineConfiguration,
        prepare: (inout HTTPRequest, RemoteURL) -> Void = { _, _ in }
    ) throws(TorrentError) -> [UInt8] {
        try configuration.prepareForRequests()
        let timeout = configuration.timeout
        let end = ContinuousClock.now + min(timeout ?? patience, patience)
        do throws(WebFileError) {
            return try bytes(of: url, limit: limit, until: end, configuration, prepare)
        } catch {
            if case .http(.noResource(let shortage)) = error { throw .noResource(shortage) }
            let message = """
                cannot fetch \(url.redacted): \(error.words(configuration.names))\(error.advice)
                """
            if let timeout, timeout <= patience, .now >= end {
                throw .timedOut(message + " (\(configuration.names[.timeout]))")
            }
            throw .unavailable(message)
        }
    }

    private static func bytes(
        of first: RemoteURL, limit: Int, until end: ContinuousClock.Instant,
        _ configuration: EngineConfiguration, _ prepare: (inout HTTPRequest, RemoteURL) -> Void
    ) throws(WebFileError) -> [UInt8] {
        var chain = RedirectChain(first)
        for _ in 0...mostRedirects {
            var request = HTTPRequest(
                chain.url, limits: HTTPLimits(body: limit, time: max(.zero, end - .now)))
            prepare(&request, chain.url)
            let response: HTTPResponse
            do throws(HTTPError) {
                response = try request.send(
                    by: configuration.route(to: chain.url, isPublicOnly: chain.isPublicOnly))
            } catch {
                throw .http(error)
            }
            guard let location = response.head.redirection else { return try response.content() }
            do throws(RemoteURLError) {
                try chain.follow(location, from: response.address, configuration)
            } catch {
                throw .redirect(to: RemoteURL.redacted(location), error)
            }
        }
        throw .endlessRedirects
    }
}

extension HTTPRequest {
    /// A request for `url` with its credentials.
    package init(_ url: RemoteURL, limits: HTTPLimits) {
        self.init(
            url: "\(url.scheme)://\(url.authority)\(url.target)",
            credentials: url.credentials.map {
                HTTPCredentials(user: $0.user, password: $0.password)
            },
            userAgent: EngineConfiguration.userAgent, limits: limits)
    }
}

extension HTTPResponseHead {
    /// The target of a redirect as the server wrote it. nil if this is not a redirect.
    var redirection: String? { status / 100 == 3 ? value(of: "Location") : nil }
}

extension HTTPResponse {
    /// The file, which may be compressed with gzip.
    fileprivate func content() throws(WebFileError) -> [UInt8] {
        guard head.status == 200 else {
            throw .status("\(head.status) \(head.reason)".trimmed.onOneLine)
        }
        // TorrentFileReader decompresses gzip, whether the file or the server (RFC 9110, 8.4.1.3) applied it.
        let encoding = head.value(of: "Content-Encoding") ?? "identity"
        guard ["identity", "gzip", "x-gzip"].contains(encoding.lowercased()) else {
            throw .encoding(encoding.onOneLine)
        }
        return body
    }
}
