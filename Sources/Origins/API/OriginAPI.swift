import BitTorrent
import FoundationEssentials
import Glibc
import HTTP
import LinuxSystem

/// Small requests to the API of an origin, with redirects and retries.
public struct OriginAPI: Sendable {
    /// The response to a request, whatever its status.
    struct Answer {
        let head: HTTPResponseHead
        let body: [UInt8]
        /// Where redirects have led.
        let url: RemoteURL
        /// The server is on the internet, so it must not send us into the local network.
        let isFromInternet: Bool

        var status: Int { head.status }

        /// `404 Not Found`.
        var statusText: String { "\(head.status) \(head.reason)".trimmed.onOneLine }

        /// The body as JSON. nil if it is not what `type` describes.
        func decoded<Value: Decodable>(as type: Value.Type) -> Value? {
            try? JSONDecoder().decode(type, from: Data(body))
        }
    }

    let configuration: EngineConfiguration
    let secrets: RequestSecrets
    private let start: ContinuousClock.Instant
    private let say: @Sendable (String) -> Void

    private static let mostRedirects = 5
    private static let mostFailures = 5
    /// The limit of one attempt.
    private static let patience = Duration.seconds(60)

    /// The time limit in `configuration` counts from `start`. `say` prints a line for the user.
    public init(
        _ configuration: EngineConfiguration, secrets: RequestSecrets,
        start: ContinuousClock.Instant, say: @escaping @Sendable (String) -> Void
    ) {
        self.configuration = configuration
        self.secrets = secrets
        self.start = start
        self.say = say
    }

    /// The same with other secrets.
    func with(_ secrets: RequestSecrets) -> OriginAPI {
        OriginAPI(configuration, secrets: secrets, start: start, say: say)
    }

    /// Requests `url` with further `fields`. Tries again if the server or the network fails, or the server asks for
    /// that. Throws if there is no answer, or one of more than `limit` bytes. With `isPublicOnly`, only a server on
    /// the internet is asked.
    func get(
        _ url: RemoteURL, fields: [String] = [], limit: Int, isPublicOnly: Bool = false
    ) throws(TorrentError) -> Answer {
        try configuration.prepareForRequests()
        var delay = RetryDelay()
        let began = ContinuousClock.now
        while true {
            let failure: FetchFailure
            do throws(FetchFailure) {
                let answer = try attempt(url, fields, limit, isPublicOnly)
                failure = .status(
                    answer.status, answer.head.reason, retryAfter: RetryAfter.delay(answer.head))
                guard case .retry = failure.remedy else { return answer }
            } catch {
                failure = error
            }
            try rest(after: failure, of: url, &delay, since: began)
        }
    }

    /// Sends the request once, without retries. nil if there is no answer.
    func getOnce(_ url: RemoteURL, limit: Int, isPublicOnly: Bool) -> Answer? {
        try? attempt(url, [], limit, isPublicOnly)
    }

    private func attempt(
        _ first: RemoteURL, _ fields: [String], _ limit: Int, _ isPublicOnly: Bool
    ) throws(FetchFailure) -> Answer {
        var chain = RedirectChain(first)
        for _ in 0...Self.mostRedirects {
            let left = configuration.remaining(since: start).timeout ?? Self.patience
            var request = HTTPRequest(
                chain.url, limits: HTTPLimits(body: limit, time: min(left, Self.patience)))
            request.fields = ["Accept-Encoding: identity"] + fields
            secrets.add(to: &request, to: chain.url)
            let response: HTTPResponse
            do throws(HTTPError) {
                response = try request.send(
                    by: configuration.route(
                        to: chain.url, isPublicOnly: isPublicOnly || chain.isPublicOnly))
            } catch {
                throw .http(error)
            }
            guard response.head.status / 100 == 3,
                let location = response.head.value(of: "Location")
            else {
                return Answer(
                    head: response.head, body: response.body, url: chain.url,
                    isFromInternet: configuration.isOnInternet(response.address))
            }
            do throws(RemoteURLError) {
                try chain.follow(location, from: response.address, configuration)
            } catch {
                throw .redirect(to: RemoteURL.redacted(location), error)
            }
        }
        throw .endlessRedirects
    }

    /// Waits before the next attempt. Throws if there is no use or no time for one.
    private func rest(
        after failure: FetchFailure, of url: RemoteURL, _ delay: inout RetryDelay,
        since began: ContinuousClock.Instant
    ) throws(TorrentError) {
        let words = failure.words(configuration.names, advice: secrets.advice)
        let message = "cannot fetch \(url.redacted): \(words)"
        if case .http(.noResource(let shortage)) = failure { throw .noResource(shortage) }
        if configuration.isOver(since: start) {
            throw .timedOut("\(message) (\(configuration.names[.timeout]))")
        }
        guard case .retry(let asked) = failure.remedy else { throw .unavailable(message) }
        let pause = max(delay.fail(jitter: .random(in: -1...1)), asked ?? .zero)
        guard asked != nil || delay.failures < Self.mostFailures else {
            throw .unavailable(message)
        }
        if let limit = configuration.stallTimeout, .now + pause - began > limit {
            throw .timedOut("\(message) (\(configuration.names[.stallTimeout]))")
        }
        if let left = configuration.remaining(since: start).timeout, pause > left {
            throw .timedOut("\(message) (\(configuration.names[.timeout]))")
        }
        say("\(url.redacted): \(words): trying again in \(max(1, pause.components.seconds)) s")
        usleep(useconds_t(clamping: Int64(pause / .microseconds(1))))
    }
}
