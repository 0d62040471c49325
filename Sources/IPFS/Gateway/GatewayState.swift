import BitTorrent
import HTTP
import LinuxSystem
import Origins

/// A gateway, and how it has behaved.
struct GatewayState {
    enum State: Equatable {
        case usable
        /// Not asked before this moment.
        case resting(until: ContinuousClock.Instant)
        /// Never asked again.
        case dropped
    }

    let gateway: Gateway
    var state = State.usable
    /// False if it could not send an archive. Then it is asked for single blocks alone.
    var sendsArchives = true
    /// Clients with open connections that no request uses.
    var idle: [HTTPClient] = []
    private var delay = RetryDelay()
    /// The last failure. nil if there was none.
    private(set) var lastFailure: GatewayFailure?
    /// The failure that the user was told last, so that each is told once.
    private var told: String?

    /// A gateway that fails so often in turn is never asked again.
    private static let mostFailures = 5

    init(_ gateway: Gateway) {
        self.gateway = gateway
    }

    /// True if a request may be sent now. Ends a rest that is over.
    mutating func isUsable(now: ContinuousClock.Instant) -> Bool {
        if case .resting(let end) = state, end <= now { state = .usable }
        return state == .usable
    }

    /// A client for one request, with an open connection if there is one.
    mutating func takeClient() throws(TorrentError) -> HTTPClient {
        if let client = idle.popLast() { return client }
        do throws(HTTPError) {
            return try HTTPClient()
        } catch {
            throw .noResource(ResourceShortage(.memory, .noMemory))
        }
    }

    /// A block has arrived.
    mutating func succeed() {
        delay.succeed()
    }

    /// Decides what follows from the failure. Returns the words for it, unless they are known.
    mutating func fail(
        _ failure: GatewayFailure, jitter: Double, _ names: SettingNames
    ) -> String? {
        // Requests that were under way when another failed count as one.
        guard state == .usable else { return nil }
        lastFailure = failure
        var consequence = ""
        switch failure.remedy {
        case .none: return nil
        case .lacks: break
        case .drop: drop(&consequence)
        case .rest(let asked):
            let pause = delay.fail(jitter: jitter)
            if delay.failures >= Self.mostFailures {
                drop(&consequence)
            } else {
                state = .resting(until: .now + (asked.map { max($0, pause) } ?? pause))
                consequence = " (it is asked again later)"
            }
        }
        let words = failure.words(names)
        guard told != words || state == .dropped else { return nil }
        told = words
        return "\(gateway): \(words)\(consequence)"
    }

    private mutating func drop(_ consequence: inout String) {
        state = .dropped
        idle = []
        consequence = " (it is not asked again)"
    }
}
