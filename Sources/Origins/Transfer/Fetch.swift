import BitTorrent
import HTTP
import LinuxSystem
import Synchronization
import SystemPackage

/// One request for a range of a file, with its redirects, on a thread of its own. Writes what arrives into the
/// partial file.
final class Fetch: HTTPReceiver, Sendable {
    /// What is requested.
    struct Order: Sendable {
        /// The number of the mirror.
        let mirror: Int
        /// The ``Mirror/epoch`` of the mirror when the request was sent.
        let epoch: Int
        /// Where the request goes first.
        let chain: RedirectChain
        let secrets: RequestSecrets
        /// `upperBound` is `Int64.max` for a file of unknown size.
        let range: Range<Int64>
        /// False to request the whole file because the server supports no ranges.
        let isPartial: Bool
        /// The version that earlier responses of this mirror had. nil for the first request.
        let version: Version?
        /// The size of the file. nil if it is not known yet.
        let size: Int64?
        /// Shared by all transfers. nil for no limit.
        let rateLimit: RateLimit?
        /// The longest time without data.
        let patience: Duration
    }

    /// What has happened so far.
    struct Progress: Sendable {
        /// The end of the bytes that are written.
        var position: Int64
        /// The end of the bytes that arrived and are written or being written.
        var claimed: Int64
        /// The end of what is to be fetched. `Int64.max` while that is unknown.
        var end: Int64
        /// The end of what the response contains.
        var responseEnd: Int64
        /// The beginning of what is fetched.
        let first: Int64
        var start = ContinuousClock.now
        var lastByte = ContinuousClock.now
        var verdict: Verdict?
        var isCancelled = false
        var announced: Int64
    }

    /// Why the transfer is not just complete.
    enum Verdict: Sendable {
        case redirect(String)
        case failure(FetchFailure)
    }

    let order: Order
    private let configuration: EngineConfiguration
    private let file: PartialFile
    private let events: FetchEvents
    private let progress: Mutex<Progress>

    /// Progress is announced after this many bytes.
    private static let step: Int64 = 4 << 20
    private static let mostRedirects = 10

    init(
        _ order: Order, into file: PartialFile, events: FetchEvents,
        configuration: EngineConfiguration
    ) {
        self.order = order
        self.file = file
        self.events = events
        self.configuration = configuration
        let start = order.range.lowerBound
        progress = Mutex(
            Progress(
                position: start, claimed: start, end: order.range.upperBound,
                responseEnd: order.range.upperBound, first: start, announced: start))
    }

    /// The state at this moment.
    var state: Progress { progress.withLock { $0 } }

    /// Ends the transfer within a second.
    func cancel() {
        progress.withLock { $0.isCancelled = true }
    }

    /// Leaves the bytes from `end` to others. Returns the new end, which is higher if more has arrived.
    func shorten(to end: Int64) -> Int64 {
        progress.withLock { progress in
            progress.end = min(progress.end, max(end, progress.claimed))
            return progress.end
        }
    }

    /// Sends the request and follows redirects. Blocks until the transfer has ended.
    func perform(with client: HTTPClient) {
        var chain = order.chain
        var hasNewToken = false
        for _ in 0...Self.mostRedirects {
            let (request, token) = request(to: chain.url)
            let failure: FetchFailure?
            do throws(HTTPError) {
                _ = try client.send(
                    request,
                    by: configuration.route(to: chain.url, isPublicOnly: chain.isPublicOnly),
                    to: self)
                failure = nil
            } catch {
                failure = .http(error)
            }
            switch progress.withLock({ $0.verdict.take() }) {
            case .redirect(let location):
                do throws(RemoteURLError) {
                    try chain.follow(location, from: client.address, configuration)
                } catch {
                    return end(.redirect(to: RemoteURL.redacted(location), error), chain, client)
                }
            case .failure(.status(401, _, _)) where !hasNewToken && replace(token):
                hasNewToken = true
            case .failure(let failure): return end(failure, chain, client)
            case nil: return end(failure ?? missing, chain, client)
            }
        }
        end(.endlessRedirects, chain, client)
    }

    private func end(_ failure: FetchFailure?, _ chain: RedirectChain, _ client: HTTPClient) {
        events.post(.ended(self, failure, chain: chain, client: client))
    }

    /// nil if everything that was to be fetched has been written. A body of unknown size ends where it ends.
    private var missing: FetchFailure? {
        progress.withLock { progress in
            if progress.position >= progress.end || progress.end == .max { return nil }
            return progress.isCancelled ? .cancelled : .http(.cut)
        }
    }

    /// True if there is another token than the one that the server has refused.
    private func replace(_ token: String?) -> Bool {
        guard let token else { return false }
        return order.secrets.token?.replace(token) ?? false
    }

    /// The request, and the token that it shows.
    private func request(to url: RemoteURL) -> (HTTPRequest, String?) {
        let range = order.isPartial ? order.range : nil
        var request = HTTPRequest(
            url, limits: HTTPLimits(body: .max, time: nil))
        request.fields = ["Accept-Encoding: identity"]
        request.range = range
        if range != nil, let validator = order.version?.strongValidator {
            request.fields.append("If-Range: \(validator)")
        }
        let token = order.secrets.add(to: &request, to: url)
        // The server is not to blame for the time that a new token took.
        progress.withLock { $0.lastByte = .now }
        return (request, token)
    }

    // MARK: HTTPReceiver

    func receive(head: HTTPResponseHead) -> Bool {
        let answer = FetchAnswer(head, to: order)
        switch answer {
        case .body(let opening, let end):
            progress.withLock { progress in
                // Others may already fetch what follows a lowered end.
                let isLowered = progress.end < order.range.upperBound
                progress.end = isLowered ? min(progress.end, end) : end
                progress.responseEnd = end
                progress.lastByte = .now
            }
            events.post(.opened(self, opening))
            return true
        case .redirect(let location):
            progress.withLock { $0.verdict = .redirect(location) }
        case .failure(let failure):
            progress.withLock { $0.verdict = .failure(failure) }
        }
        return false
    }

    func receive(body part: UnsafeRawBufferPointer) -> Bool {
        let (offset, count) = progress.withLock { progress in
            guard !progress.isCancelled else { return (Int64(0), 0) }
            let count = Int(min(Int64(part.count), progress.end - progress.claimed))
            let offset = progress.claimed
            progress.claimed += Int64(count)
            progress.lastByte = .now
            return (offset, count)
        }
        guard count > 0 else { return false }
        do throws(Errno) {
            try file.write(UnsafeRawBufferPointer(rebasing: part[..<count]), at: offset)
        } catch {
            progress.withLock {
                $0.claimed = offset
                $0.verdict = .failure(.storage(error))
            }
            return false
        }
        let (isDue, goesOn) = progress.withLock { progress in
            progress.position = offset + Int64(count)
            let isDue = progress.position - progress.announced >= Self.step
            if isDue { progress.announced = progress.position }
            let isCut = progress.end < progress.responseEnd && progress.position >= progress.end
            return (isDue, !isCut)
        }
        if isDue { events.post(.progressed) }
        if let limit = order.rateLimit {
            limit.take(count) { state.isCancelled }
            progress.withLock { $0.lastByte = .now }
        }
        return goesOn && count == part.count
    }

    var mayGoOn: Bool {
        progress.withLock { progress in
            if progress.isCancelled { return false }
            guard ContinuousClock.now - progress.lastByte < order.patience else {
                progress.verdict = .failure(.silent(order.patience))
                return false
            }
            return true
        }
    }
}
