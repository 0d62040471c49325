/// Why a text is not a URL that can be used. It never holds the text, which may hold a password.
public enum RemoteURLError: Error, Equatable, Sendable, CustomStringConvertible {
    /// It is longer than ``RemoteURL/maximumLength``.
    case tooLong
    /// A newline, say.
    case controlCharacter
    /// There is no `http://` or the like in front.
    case noScheme
    /// The scheme is a known one that is of no use here, or an unknown one.
    case unsupportedScheme(String, supported: Set<RemoteURL.Scheme>)
    case noHost
    case malformedHost
    /// The scheme has no port of its own, and the URL names none.
    case noPort
    case malformedPort
    /// A redirect leads from https to http.
    case insecureRedirect
    /// The user or the password is not percent-encoded UTF-8, or holds what HTTP cannot send.
    case malformedCredentials

    public var description: String {
        switch self {
        case .tooLong: "it is longer than \(RemoteURL.maximumLength) bytes"
        case .controlCharacter: "it holds a control character, such as a newline"
        case .noScheme: "it does not begin with a scheme, such as http://"
        case .unsupportedScheme(let name, let supported):
            "\(String(name.onOneLine.prefix(20))):// is not supported here; supported: "
                + supported.map { "\($0)://" }.sorted().joined(separator: ", ")
        case .insecureRedirect: "that leads from https to http"
        case .noHost: "it names no host"
        case .malformedHost:
            "its host is malformed (write a name beyond ASCII in its xn-- form, IPv6 in brackets)"
        case .noPort: "it names no port"
        case .malformedPort: "its port is not a number from 1 to 65535"
        case .malformedCredentials:
            "its user or password is malformed (percent-encode '%', ':' and '@' in them)"
        }
    }
}
