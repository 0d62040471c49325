/// Notices when a download has taken too long, or has received nothing for too long.
struct StallWatch {
    private let timeout: Duration?
    private let stallTimeout: Duration?
    private let start: ContinuousClock.Instant
    private var lastByte: ContinuousClock.Instant
    private var received: Int64 = 0
    private var hasTold = false

    /// How long nothing may come until whoever waits is told why.
    static let patience = Duration.seconds(20)

    /// What is to be said or done.
    enum Verdict: Equatable {
        /// Nothing came for so long, which has not been told yet.
        case quiet(Duration)
        case timedOut(Duration)
        case stalled(Duration)
    }

    init(_ configuration: EngineConfiguration, now: ContinuousClock.Instant) {
        timeout = configuration.timeout
        stallTimeout = configuration.stallTimeout
        start = now
        lastByte = now
    }

    /// Work of another kind was done: nothing could come meanwhile.
    mutating func resume(now: ContinuousClock.Instant) {
        lastByte = now
    }

    /// nil as long as there is time. A check of what is on disk counts as work.
    mutating func verdict(_ status: TorrentStatus, now: ContinuousClock.Instant) -> Verdict? {
        let isChecking = if case .checking = status.state { true } else { false }
        if isChecking || status.downloaded != received {
            received = status.downloaded
            lastByte = now
            hasTold = false
        }
        if let timeout, now - start >= timeout { return .timedOut(timeout) }
        if let stallTimeout, now - lastByte >= stallTimeout { return .stalled(stallTimeout) }
        guard !hasTold, now - lastByte >= Self.patience else { return nil }
        hasTold = true
        return .quiet(Self.patience)
    }
}
