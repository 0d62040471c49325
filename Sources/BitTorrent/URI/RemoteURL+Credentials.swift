extension RemoteURL {
    /// A user and a password, as HTTP's Basic authentication sends them (RFC 7617). They describe
    /// themselves without their values, lest they be printed.
    public struct Credentials: Hashable, Sendable, CustomStringConvertible,
        CustomDebugStringConvertible
    {
        /// Without percent-encoding.
        public let user: String
        /// Without percent-encoding; empty where the URL names none.
        public let password: String

        public var description: String { "***" }
        public var debugDescription: String { description }

        /// As they stand in a URL, with the colon that HTTP wants behind a user without a password, too.
        var encoded: String {
            PercentEncoding.encoded(userinfo: user) + ":"
                + PercentEncoding.encoded(userinfo: password)
        }
    }
}

extension RemoteURL.Credentials {
    /// What stands in front of the `@` of a URL; nil where that is nothing.
    init?(userinfo: Substring) throws(RemoteURLError) {
        let words = userinfo.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let user = words.first.flatMap(PercentEncoding.decoded),
            let password = PercentEncoding.decoded(words.count > 1 ? words[1] : "")
        else { throw .malformedCredentials }
        // RFC 7617, 2: whatever stands behind the first colon is the password.
        let isFit = !user.contains(":") && (user + password).onOneLine == user + password
        guard isFit else { throw .malformedCredentials }
        if user.isEmpty && password.isEmpty { return nil }
        self.init(user: user, password: password)
    }
}
