import CCurl
import LinuxSystem
import SystemPackage

extension HTTPRequest {
    /// Sends the request by `route` on its own connection and returns the response. Does not follow
    /// redirects. Blocks until the response is complete.
    public func send(by route: HTTPRoute) throws(HTTPError) -> HTTPResponse {
        let answer = ArrivingAnswer(limits, refusal: route.refusal)
        return try withExtendedLifetime(answer) { () throws(HTTPError) in
            let transfer = try HTTPTransfer(self, by: route, into: answer)
            return try transfer.perform()
        }
    }

    /// The server's name in messages.
    var host: String {
        let rest = url[(url.firstRange(of: "://")?.upperBound ?? url.startIndex)...]
        return String(rest.prefix { !"/?#".contains($0) })
    }
}
