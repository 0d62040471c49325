import Glibc
import LinuxSystem

/// One service's process through all its lives.
final class SupervisedChild {
    enum State {
        /// To be started at this time.
        case waiting(until: SuspendingClock.Instant)
        case running(pid: pid_t, since: SuspendingClock.Instant)
        /// Told to end, because its line is gone or everything ends.
        case stopping(pid: pid_t, killAt: SuspendingClock.Instant)
        case stopped
    }

    let service: Service
    var state: State
    private(set) var failures = 0
    private(set) var restarts = 0
    private(set) var lastEnd: ProcessEnd?
    /// The line is on the seed list.
    var isWanted = true
    var output: OwnedDescriptor?
    var splitter = LineSplitter()

    init(_ service: Service, startAt start: SuspendingClock.Instant) {
        self.service = service
        state = .waiting(until: start)
    }

    var pid: pid_t? {
        switch state {
        case .running(let pid, _), .stopping(let pid, _): pid
        case .waiting, .stopped: nil
        }
    }

    /// When something is due without anything else happening.
    var deadline: SuspendingClock.Instant? {
        switch state {
        case .waiting(let time): time
        case .stopping(_, let time): time
        case .running, .stopped: nil
        }
    }

    /// It ended by itself; returns the wait before its next life.
    func recordEnd(
        _ end: ProcessEnd, lifetime: Duration, policy: RestartPolicy,
        using generator: inout some RandomNumberGenerator
    ) -> Duration {
        lastEnd = end
        failures = policy.failures(after: failures, lifetime: lifetime)
        restarts += 1
        return policy.delay(afterFailures: failures, using: &generator)
    }
}
