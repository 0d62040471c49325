import CCurl

extension HTTPRequest {
    /// The request as a C structure, valid during the call.
    func withValue<Result>(
        by route: HTTPRoute, _ body: (pierdat_transfer_request) -> Result
    ) -> Result {
        url.withCString { url in
            userAgent.withCString { userAgent in
                credentials.withCStrings { user, password in
                    withOptions { options in
                        route.withValue(options) { way in
                            var request = way
                            request.url = url
                            request.user_agent = userAgent
                            request.user = user
                            request.password = password
                            request.timeout = limits.milliseconds
                            request.rate_limit = Int64(limits.rate ?? 0)
                            return body(request)
                        }
                    }
                }
            }
        }
    }

    /// A C structure with only the netrc, the fields and the range.
    private func withOptions<Result>(_ body: (pierdat_transfer_request) -> Result) -> Result {
        let range = range.map { "\($0.lowerBound)-\($0.upperBound - 1)" }
        return netrc.withCString { netrc in
            range.withCString { range in
                Self.withCStrings(fields[...]) { fields in
                    fields.withUnsafeBufferPointer { fields in
                        var request = pierdat_transfer_request()
                        request.netrc = netrc
                        request.range = range
                        request.fields = fields.baseAddress
                        request.field_count = fields.count
                        return body(request)
                    }
                }
            }
        }
    }

    private static func withCStrings<Result>(
        _ texts: ArraySlice<String>, _ pointers: [UnsafePointer<CChar>?] = [],
        _ body: ([UnsafePointer<CChar>?]) -> Result
    ) -> Result {
        guard let first = texts.first else { return body(pointers) }
        return first.withCString { withCStrings(texts.dropFirst(), pointers + [$0], body) }
    }
}

extension HTTPLimits {
    /// Rounded up, so that the transfer does not time out early. 0 for no limit.
    fileprivate var milliseconds: Int64 {
        guard let time else { return 0 }
        let parts = time.components
        let milliseconds = parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000 + 1
        return max(1, milliseconds)
    }
}

extension HTTPRoute {
    /// `request` with the route.
    fileprivate func withValue<Result>(
        _ request: pierdat_transfer_request, _ body: (pierdat_transfer_request) -> Result
    ) -> Result {
        let (device, source): (String?, String?) =
            switch interface {
            case .device(let name): (name, nil)
            case .address(let address): (nil, address)
            case nil: (nil, nil)
            }
        return device.withCString { device in
            source.withCString { source in
                (proxy?.server.host).withCString { host in
                    (proxy?.server.credentials).withCStrings { user, password in
                        var request = request
                        request.device = device
                        request.source = source
                        request.proxy = proxy.kind
                        request.proxy_host = host
                        request.proxy_port = proxy?.server.port ?? 0
                        request.proxy_user = user
                        request.proxy_password = password
                        return body(request)
                    }
                }
            }
        }
    }
}

extension HTTPRoute.Proxy? {
    fileprivate var kind: pierdat_transfer_proxy {
        switch self {
        case .socks5: PIERDAT_TRANSFER_SOCKS5
        case .http: PIERDAT_TRANSFER_HTTP_PROXY
        case nil: PIERDAT_TRANSFER_DIRECT
        }
    }
}

extension String? {
    /// NULL for nil.
    fileprivate func withCString<Result>(_ body: (UnsafePointer<CChar>?) -> Result) -> Result {
        self?.withCString { body($0) } ?? body(nil)
    }
}

extension HTTPCredentials? {
    /// NULL for nil.
    fileprivate func withCStrings<Result>(
        _ body: (UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> Result
    ) -> Result {
        (self?.user).withCString { user in
            (self?.password).withCString { password in body(user, password) }
        }
    }
}
