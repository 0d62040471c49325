extension RemoteURL {
    /// A user and password for HTTP Basic authentication (RFC 7617). Descriptions do not contain
    /// their values, so that they are not printed by accident.
    public struct Credentials: Hashable, Sendable, CustomStringConvertible,
        CustomDebugStringConvertible
    {
        /// Percent-decoded.
        public let user: String
        /// Percent-decoded. Empty if the URL has none.
        public let password: String

        /// `***` instead of the values.
        public var description: String { "***" }
        /// The same as ``description``.
        public var debugDescription: String { description }

        /// The credentials for a URL, always with the colon that HTTP requires.
        var encoded: String {
            PercentEncoding.encoded(userinfo: user) + ":"
                + PercentEncoding.encoded(userinfo: password)
        }
    }
}

extension RemoteURL.Credentials {
    /// Parses the part of a URL before the `@`. nil if it is empty.
    init?(userinfo: Substring) throws(RemoteURLError) {
        let words = userinfo.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let user = words.first.flatMap(PercentEncoding.decoded),
            let password = PercentEncoding.decoded(words.count > 1 ? words[1] : "")
        else { throw .malformedCredentials }
        // RFC 7617, 2: everything after the first colon is the password.
        let isFit = !user.contains(":") && (user + password).onOneLine == user + password
        guard isFit else { throw .malformedCredentials }
        if user.isEmpty && password.isEmpty { return nil }
        self.init(user: user, password: password)
    }
}
