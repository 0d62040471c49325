/// Detects that a download takes too long or receives nothing for too long.
package struct StallWatch {
    private let timeout: Duration?
    private let stallTimeout: Duration?
    private let start: ContinuousClock.Instant
    private var lastByte: ContinuousClock.Instant
    private var received: Int64 = 0
    private var hasTold = false

    /// After this time without data, the reason is reported to the user.
    static let patience = Duration.seconds(20)

    /// The verdict on a download.
    package enum Verdict: Equatable {
        /// Nothing was received for this long, and that was not reported yet.
        case quiet(Duration)
        case timedOut(Duration)
        case stalled(Duration)
    }

    package init(_ configuration: EngineConfiguration, now: ContinuousClock.Instant) {
        timeout = configuration.timeout
        stallTimeout = configuration.stallTimeout
        start = now
        lastByte = now
    }

    /// Restarts the stall timer after other work, during which nothing could be received.
    package mutating func resume(now: ContinuousClock.Instant) {
        lastByte = now
        hasTold = false
    }

    /// True if nothing has been received for ``patience``, as of the latest verdict.
    var isQuiet: Bool { hasTold }

    /// nil if everything is fine. Checking existing data counts as progress.
    mutating func verdict(_ status: TorrentStatus, now: ContinuousClock.Instant) -> Verdict? {
        let isChecking = if case .checking = status.state { true } else { false }
        return verdict(received: status.downloaded, isBusy: isChecking, now: now)
    }

    /// The same for a download that has received this many bytes. `isBusy`: other work makes progress.
    package mutating func verdict(
        received: Int64, isBusy: Bool, now: ContinuousClock.Instant
    ) -> Verdict? {
        if isBusy || received != self.received {
            self.received = received
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
