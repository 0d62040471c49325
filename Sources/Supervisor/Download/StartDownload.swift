import LinuxSystem

/// One line of the get list, across its attempts.
struct StartDownload {
    enum State {
        /// The downloads before it are not complete yet.
        case waiting
        case running(pid: Int32, since: SuspendingClock.Instant)
        /// The next attempt begins at this time.
        case retrying(at: SuspendingClock.Instant)
        /// All of its data is verified.
        case complete
        /// It is not tried again.
        case failed(status: Int32)
        /// `pierdatd` stopped it.
        case stopped
    }

    let line: DownloadSettings.Line
    var state = State.waiting
    /// The number of attempts, with the running one.
    var attempts = 0
    /// Consecutive short attempts that failed.
    var failures = 0
    /// When the first attempt began.
    var start: SuspendingClock.Instant?
    /// When the last attempt ended.
    var end: SuspendingClock.Instant?
    /// When all of its data was verified, in seconds since 1970.
    var success: Double?
    /// The last line of output of the latest attempt, or why there was none.
    var lastWords: String?

    /// True if it waits, runs or is to be tried again.
    var isPending: Bool {
        switch state {
        case .waiting, .running, .retrying: true
        case .complete, .failed, .stopped: false
        }
    }

    var isComplete: Bool {
        if case .complete = state { true } else { false }
    }

    /// The status for people.
    func report(at now: SuspendingClock.Instant) -> StatusReport.Download {
        let duration = start.map { $0.duration(to: end ?? now) }
        let state: StatusReport.Download.State =
            switch state {
            case .waiting, .stopped: .waiting
            case .running(let pid, let since): .running(pid: pid, for: since.duration(to: now))
            case .retrying(let time): .retrying(in: max(.zero, now.duration(to: time)))
            case .complete: .complete(after: duration ?? .zero)
            case .failed(let status): .failed(status: status)
            }
        var report = StatusReport.Download(
            line: line.text, destination: line.destination, state: state)
        report.attempts = attempts
        report.duration = duration
        report.success = success
        report.lastWords = lastWords
        return report
    }
}
