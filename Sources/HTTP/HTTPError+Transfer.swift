import CCurl
import LinuxSystem
import SystemPackage

extension HTTPError {
    /// The error for the `result` of a request to `host`. nil if the transfer succeeded.
    init?(_ result: pierdat_transfer_result, host: String, route: HTTPRoute) {
        let message = String(cString: result.message)
        let cause = result.system_error == 0 ? nil : Errno(rawValue: result.system_error)
        let proxy = route.proxy?.server
        let server = proxy?.host ?? host
        let target = proxy.map { "the proxy \($0.host):\($0.port)" } ?? host
        switch result.end {
        case PIERDAT_TRANSFER_DONE: return nil
        case PIERDAT_TRANSFER_UNKNOWN_HOST: self = .unknownHost(host)
        case PIERDAT_TRANSFER_UNKNOWN_PROXY: self = .unknownHost(server)
        case PIERDAT_TRANSFER_NOT_RESOLVED_IN_TIME: self = .unresolvedInTime(host: server)
        case PIERDAT_TRANSFER_TIMED_OUT: self = .timedOut
        case PIERDAT_TRANSFER_NOT_CONNECTED: self = .notConnected(host: target, cause)
        case PIERDAT_TRANSFER_NO_INTERFACE: self = .interface(cause ?? .addressNotAvailable)
        case PIERDAT_TRANSFER_OTHER_FAMILY: self = .interfaceOfOtherFamily
        case PIERDAT_TRANSFER_UNTRUSTED: self = .untrusted(verdict: result.verdict)
        case PIERDAT_TRANSFER_REFUSED_BY_PROXY: self = .proxy(Self.refusal(result, message))
        case PIERDAT_TRANSFER_NO_ANSWER: self = .noAnswer
        case PIERDAT_TRANSFER_CUT: self = .cut
        case PIERDAT_TRANSFER_MALFORMED: self = .malformed(message)
        case PIERDAT_TRANSFER_HEAD_TOO_LARGE: self = .headTooLarge
        case PIERDAT_TRANSFER_NO_THREAD:
            self = .noResource(ResourceShortage(.thread, .resourceTemporarilyUnavailable))
        case PIERDAT_TRANSFER_NO_MEMORY: self = .noResource(ResourceShortage(.memory, .noMemory))
        case PIERDAT_TRANSFER_NO_DESCRIPTOR:
            self = .noResource(ResourceShortage(.descriptor, .tooManyOpenFiles))
        default: self = .other(message)
        }
    }

    /// Why the proxy could not connect.
    private static func refusal(_ result: pierdat_transfer_result, _ message: String) -> String {
        if result.proxy_status == 407 {
            return "the proxy answered 407: it rejects the user or the password"
        }
        if result.proxy_status != 0 { return "the proxy answered \(result.proxy_status)" }
        switch Int(result.proxy_reply) {
        case PIERDAT_SOCKS5_USER_REFUSED:
            return "the SOCKS5 proxy rejects the user or the password"
        case PIERDAT_SOCKS5_NEEDS_USER:
            return "the proxy requires a user and a password, or does not speak SOCKS5"
        case 0: return "the proxy cannot connect: \(message.onOneLine)"
        case let reply: return "the SOCKS5 proxy cannot connect: " + meaning(ofReply: reply)
        }
    }

    /// RFC 1928, section 6.
    private static func meaning(ofReply reply: Int) -> String {
        switch reply {
        case 2: "its rules forbid it"
        case 3: "the network is unreachable"
        case 4: "the host is unreachable"
        case 5: "the connection was refused"
        default: "it failed"
        }
    }
}
