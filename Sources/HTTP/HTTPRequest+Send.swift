import CCurl
import LinuxSystem
import SystemPackage

extension HTTPRequest {
    /// Makes the request by `route`, on a connection of its own, and returns the answer, a redirect too: nothing is
    /// followed. Blocks until it has come.
    public func send(by route: HTTPRoute) throws(HTTPError) -> HTTPResponse {
        let answer = ArrivingAnswer(limits, refusal: route.refusal)
        return try withExtendedLifetime(answer) { () throws(HTTPError) in
            let transfer = try HTTPTransfer(self, by: route, into: answer)
            return try transfer.perform()
        }
    }

    /// Which server, as messages name it.
    var host: String {
        let rest = url[(url.firstRange(of: "://")?.upperBound ?? url.startIndex)...]
        return String(rest.prefix { !"/?#".contains($0) })
    }
}
