/// Why a text is not a usable URL. Does not contain the text, which may contain a password.
public enum RemoteURLError: Error, Equatable, Sendable, CustomStringConvertible {
    /// It is longer than ``RemoteURL/maximumLength``.
    case tooLong
    /// It contains a control character such as a newline.
    case controlCharacter
    /// It does not start with a scheme such as `http://`.
    case noScheme
    /// The scheme is unknown or not supported here.
    case unsupportedScheme(String, supported: Set<RemoteURL.Scheme>)
    case noHost
    case malformedHost
    /// The scheme has no default port, and the URL has none.
    case noPort
    case malformedPort
    /// A redirect leads from https to http.
    case insecureRedirect
    /// The user or password is not percent-encoded UTF-8, or contains characters that HTTP cannot
    /// send.
    case malformedCredentials

    /// The reason, to follow the text and a colon in a message.
    public var description: String {
        switch self {
        case .tooLong: "it is longer than \(RemoteURL.maximumLength) bytes"
        case .controlCharacter: "it contains a control character, such as a newline"
        case .noScheme: "it does not begin with a scheme, such as http://"
        case .unsupportedScheme(let name, let supported):
            "\(String(name.onOneLine.prefix(20))):// is not supported here; supported: "
                + supported.map { "\($0)://" }.sorted().joined(separator: ", ")
        case .insecureRedirect: "that would lead from https to http"
        case .noHost: "it has no host"
        case .malformedHost:
            "its host is malformed (write non-ASCII names in their xn-- form, and IPv6 in brackets)"
        case .noPort: "it has no port"
        case .malformedPort: "its port is not a number from 1 to 65535"
        case .malformedCredentials:
            "its user or password is malformed (percent-encode '%', ':' and '@' in them)"
        }
    }
}
