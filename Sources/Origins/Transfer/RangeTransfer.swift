import BitTorrent
import Glibc
import HTTP
import LinuxSystem
import SystemPackage

/// Fetches one file from all of its mirrors: which range from which mirror, and what to do when a request fails.
struct RangeTransfer {
    /// What the download has to know.
    enum News {
        /// The size is known now.
        case sized(Int64)
        /// The first response has begun.
        case opened(FetchOpening)
        /// Data that had arrived is void, or will be written again.
        case restarted
        /// A message for the user.
        case message(String)
        /// The data cannot be written.
        case storage(Errno)
        /// The system refuses a resource.
        case shortage(ResourceShortage)
    }

    var mirrors: [Mirror]
    /// nil until the size is known.
    var plan: SegmentPlan?
    /// Bytes that have arrived in transfers that have ended.
    var endedBytes: Int64 = 0
    var running: [ObjectIdentifier: Fetch] = [:]
    /// The limit for ``running``.
    var mostRunning = mostRequests
    let file: PartialFile
    let events: FetchEvents
    let configuration: EngineConfiguration
    let secrets: RequestSecrets
    let rateLimit: RateLimit?
    var hasOpened = false
    /// The first byte was requested before.
    var hasBegun = false
    /// Some of the stored data comes from an earlier run.
    var hasResumed = false
    var restarts = 0
    /// The mirrors that wrong data came from, as far as they are not found out. Asked one by one. nil before.
    var suspects: [Int]?
    /// The digest of the file is known, so that wrong data is noticed at the end.
    let hasDigest: Bool
    /// The size that a Metalink document gives. nil if none does.
    let expectedSize: Int64?
    /// The digests of the pieces. nil if they are unknown.
    let pieces: PieceDigests?
    /// The pieces that are stored and right.
    var verified: Set<Int> = []
    /// A mirror was dropped because its data is wrong.
    var hasCulprit = false

    /// A server that is asked first is not asked for more than this at once.
    static let firstSegment: Int64 = 8 << 20
    static let mostPerMirror = 4
    /// The limit for all files that are downloaded together.
    static let mostRequests = 8
    static let mostFailures = 5
    static let mostRestarts = 3
    static let patience = Duration.seconds(30)
    /// Another request is not worth less time than this.
    static let worthwhile = Duration.seconds(1)

    init(
        _ source: WebSource, into file: PartialFile, events: FetchEvents,
        configuration: EngineConfiguration, rateLimit: RateLimit?, hasDigest: Bool
    ) {
        mirrors = source.urls.map { Mirror($0) }
        secrets = source.secrets
        pieces = source.pieces
        expectedSize = source.size
        self.hasDigest = hasDigest
        plan = source.size.map { SegmentPlan(size: $0) }
        self.file = file
        self.events = events
        self.configuration = configuration
        self.rateLimit = rateLimit
    }

    /// True if every byte of the file is stored.
    var isComplete: Bool { plan?.isComplete ?? false }
    /// Bytes that have arrived in this run.
    var received: Int64 {
        running.values.reduce(endedBytes) {
            $0 + $1.state.position - $1.order.range.lowerBound
        }
    }
    /// Bytes of the file that are stored.
    var stored: Int64 { (plan?.done ?? 0) + received - endedBytes }
    /// Servers that are sending.
    var activeMirrors: Int { mirrors.count { $0.active > 0 } }
    /// True if nothing is running and nobody is left to ask.
    var isStuck: Bool {
        running.isEmpty && (!isComplete || plan?.size == 0) && mirrors.allSatisfy(\.isDropped)
    }
    /// True if no transfer is running.
    var isIdle: Bool { running.isEmpty }

    /// Bytes from the beginning of the file that are stored without a gap.
    var prefix: Int64 {
        let fetching = running.values.filter { $0.order.epoch == mirrors[$0.order.mirror].epoch }
            .map { $0.order.range.lowerBound..<$0.state.position }
        return verifiedPrefix ?? (plan ?? SegmentPlan(size: 0)).prefix(fetching: fetching)
    }

    /// The next moment after `now` at which a mirror's rest is over. nil if there is none.
    func nextAttempt(after now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        mirrors.compactMap { if case .resting(let end) = $0.state { end } else { nil } }
            .filter { $0 > now }.min()
    }
}

extension RangeTransfer {
    /// Why each mirror was dropped, with its URL.
    var reasons: [String] {
        mirrors.compactMap { mirror in
            guard case .dropped(let reason) = mirror.state else { return nil }
            return "\(mirror.url.redacted): \(reason)"
        }
    }

    /// The last failure of the first mirror, to follow a message that nothing arrives. Empty if there is none.
    var lastFailure: String {
        guard let failure = mirrors.first?.lastFailure else { return "" }
        return ": \(failure.words(configuration.names))"
    }
}
