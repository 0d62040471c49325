import BitTorrent
import HTTP
import LinuxSystem
import SystemPackage

/// A server that has the file, and how it has behaved.
struct Mirror {
    enum State: Equatable {
        case usable
        /// Not asked before this moment.
        case resting(until: ContinuousClock.Instant)
        /// Never asked again, and why.
        case dropped(String)
    }

    let url: RemoteURL
    var state = State.usable
    /// Not asked while another is found to be right or wrong.
    var isSetAside = false
    /// Its file has another size than that of the first server. It is asked if all others are dropped.
    var isOfOtherSize = false
    /// Where redirects have led. Signed URLs expire, so the original URL is asked again if this one fails.
    var location: RedirectChain?
    /// ``version`` stays nil, because the server tells different ones at random.
    var ignoresVersion = false
    /// The version of the file. nil before the first response.
    var version: Version?
    /// Grows when the file on the server turns out to have changed. What was requested earlier is void.
    var epoch = 0
    /// nil before the first response.
    var supportsRanges: Bool?
    var delay = RetryDelay()
    /// Clients with open connections that no transfer uses.
    var idle: [HTTPClient] = []
    /// Transfers that are running.
    var active = 0
    /// The last failure, for the message if all mirrors fail.
    var lastFailure: FetchFailure?

    init(_ url: RemoteURL) {
        self.url = url
    }

    /// Where to send the next request.
    var chain: RedirectChain { location ?? RedirectChain(url) }

    var isDropped: Bool { if case .dropped = state { true } else { false } }

    /// A client for one request, with an open connection if there is one.
    mutating func takeClient() throws(TorrentError) -> HTTPClient {
        if let client = idle.popLast() { return client }
        do throws(HTTPError) {
            return try HTTPClient()
        } catch {
            throw .noResource(ResourceShortage(.memory, .noMemory))
        }
    }

    /// True if a request may be sent now. Ends a rest that is over.
    mutating func isUsable(now: ContinuousClock.Instant) -> Bool {
        guard !isSetAside, !isOfOtherSize else { return false }
        switch state {
        case .usable: return true
        case .dropped: return false
        case .resting(let end):
            guard end <= now else { return false }
            state = .usable
            return true
        }
    }
}
