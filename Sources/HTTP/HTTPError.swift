import LinuxSystem
import SystemPackage

/// Why a request failed, as a message for the user.
public enum HTTPError: Error, Equatable, Sendable, CustomStringConvertible {
    /// No name server knows an address of the host.
    case unknownHost(String)
    /// No name server answered within the time.
    case unresolvedInTime(host: String)
    /// ``HTTPLimits/time`` expired.
    case timedOut
    /// ``HTTPRoute/refusal`` refused every address of the server; this is the first reason.
    case refused(String)
    /// The server or proxy could not be connected to. The error is nil if the system reported none.
    case notConnected(host: String, Errno?)
    /// ``HTTPRoute/interface`` cannot be used.
    case interface(Errno)
    /// ``HTTPRoute/interface`` and the server's address are of different families, IPv4 and IPv6.
    case interfaceOfOtherFamily
    /// The server's certificate is not trusted: the result of SSL_get_verify_result(3), X509_V_OK or
    /// X509_V_ERR_UNSPECIFIED if it is for another name.
    case untrusted(verdict: Int)
    /// The proxy could not connect, with the reason.
    case proxy(String)
    /// The server closed the connection without a response.
    case noAnswer
    /// The response is truncated.
    case cut
    /// The response is not HTTP; the value is libcurl's message.
    case malformed(String)
    /// ``HTTPLimits/head`` is exceeded.
    case headTooLarge
    /// ``HTTPLimits/body`` is exceeded.
    case bodyTooLarge
    /// The system refuses a thread, memory or a descriptor.
    case noResource(ResourceShortage)
    /// Any other failure; the value is libcurl's message.
    case other(String)

    /// The reason, to follow the URL and a colon in a message.
    public var description: String {
        switch self {
        case .unknownHost(let host):
            "cannot resolve \(host): no such host"
        case .unresolvedInTime(let host): "cannot resolve \(host): no name server answered in time"
        case .timedOut: "the server did not finish in time"
        case .refused(let reason): reason
        case .notConnected(let host, let error):
            "cannot connect to \(host)" + (error.map { ": \($0)" } ?? "")
        case .interface(let error): "the network interface cannot be used: \(error)"
        case .interfaceOfOtherFamily:
            "the source address and the server's address must both be IPv4 or both be IPv6"
        case .untrusted: "its certificate is not trusted"
        case .proxy(let reason): reason
        case .noAnswer: "the server closed the connection without an answer"
        case .cut: "the server's answer is truncated"
        case .malformed(let reason):
            "the server's answer is not valid HTTP: \(reason.onOneLine)"
        case .headTooLarge: "the header of the server's answer is too large"
        case .bodyTooLarge: "the server's answer is too large"
        case .noResource(let shortage): "\(shortage)"
        case .other(let reason): reason.onOneLine
        }
    }
}
