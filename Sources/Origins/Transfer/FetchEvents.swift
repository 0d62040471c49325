import BitTorrent
import HTTP
import LinuxSystem
import Synchronization
import SystemPackage

/// What the threads of a download report to it.
final class FetchEvents: Sendable {
    enum Event: Sendable {
        /// The response has begun.
        case opened(Fetch, FetchOpening)
        /// Some megabytes more have been written.
        case progressed
        /// The transfer has ended: nil if it is complete. The client's connection may be used again.
        case ended(Fetch, FetchFailure?, chain: RedirectChain, client: HTTPClient)
    }

    private let events = Mutex<[Event]>([])
    private let wake: EventDescriptor

    init() throws(Errno) {
        wake = try EventDescriptor()
    }

    /// Readable while there are events.
    var descriptor: OwnedDescriptor { wake.descriptor }

    func post(_ event: Event) {
        events.withLock { $0.append(event) }
        wake.signal()
    }

    /// All events since the last call, in order.
    func take() -> [Event] {
        wake.clear()
        return events.withLock { events in
            defer { events = [] }
            return events
        }
    }
}
