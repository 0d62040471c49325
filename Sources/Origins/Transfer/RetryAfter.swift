import HTTP
import LinuxSystem

/// How long a server asks to wait before the next request (RFC 9110, 10.2.3).
package enum RetryAfter {
    /// Longer waits are shortened to this.
    static let longest = Duration.seconds(600)

    /// nil if the response does not say.
    package static func delay(_ head: HTTPResponseHead) -> Duration? {
        guard let value = head.value(of: "Retry-After") else { return nil }
        if let seconds = WholeNumber.parse(value) { return .seconds(min(seconds, 600)) }
        guard let then = HTTPDate.seconds(value),
            let now = head.value(of: "Date").flatMap(HTTPDate.seconds)
        else { return nil }
        return min(longest, .seconds(max(0, then - now)))
    }
}
