/// Notices when a download has taken too long, or has received nothing for too long.
struct StallWatch {
    private let timeout: Duration?
    private let stallTimeout: Duration?
    private let start: ContinuousClock.Instant
    private var lastByte: ContinuousClock.Instant
    private var received: Int64 = 0

    /// What ran out.
    enum Verdict: Equatable {
        case timedOut(Duration)
        case stalled(Duration)
    }

    init(_ configuration: EngineConfiguration, now: ContinuousClock.Instant) {
        timeout = configuration.timeout
        stallTimeout = configuration.stallTimeout
        start = now
        lastByte = now
    }

    /// nil as long as there is time. A check of what is on disk counts as work.
    mutating func verdict(_ status: TorrentStatus, now: ContinuousClock.Instant) -> Verdict? {
        let isChecking = if case .checking = status.state { true } else { false }
        if isChecking || status.downloaded != received {
            received = status.downloaded
            lastByte = now
        }
        if let timeout, now - start >= timeout { return .timedOut(timeout) }
        if let stallTimeout, now - lastByte >= stallTimeout { return .stalled(stallTimeout) }
        return nil
    }
}
