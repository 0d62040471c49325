import Glibc
import LinuxSystem
import SeedList

/// A service's process, across restarts.
final class SupervisedChild {
    enum State {
        /// Starts at this time.
        case waiting(until: SuspendingClock.Instant)
        case running(pid: pid_t, since: SuspendingClock.Instant)
        /// Asked to stop, because its line was removed or `pierdatd` stops. Killed at `killAt`, or
        /// already killed if that is nil.
        case stopping(pid: pid_t, killAt: SuspendingClock.Instant?)
        /// Other processes of the run that has ended were killed but are not reaped yet. Then it
        /// waits until this time.
        case clearing(nextStart: SuspendingClock.Instant)
    }

    /// How a run ended, as text.
    struct End {
        let description: String
        /// The last line of output.
        let lastWords: String?
    }

    let service: Service
    /// The sequence number.
    let number: Int
    /// The lines of the seed list that it serves.
    var lines: [SeedLine]
    /// True if the seed list contains its lines.
    var isWanted = true
    var state: State
    var history = RestartHistory()
    /// How the previous run ended.
    var lastEnd: End?
    var output: ChildOutput?
    /// What the child reports about itself in this run.
    var note = SeederNote()

    init(
        _ service: Service, number: Int, lines: [SeedLine],
        startAt start: SuspendingClock.Instant
    ) {
        self.service = service
        self.number = number
        self.lines = lines
        state = .waiting(until: start)
    }

    var pid: pid_t? {
        switch state {
        case .running(let pid, _), .stopping(let pid, _): pid
        case .waiting, .clearing: nil
        }
    }

    /// True if the child is to be started at exactly this time.
    func isToStart(at time: SuspendingClock.Instant) -> Bool {
        guard case .waiting(let start) = state, isWanted else { return false }
        return start == time
    }

    /// True if the child is stopping and is to be killed at exactly this time.
    func isToBeKilled(at time: SuspendingClock.Instant) -> Bool {
        guard case .stopping(_, let end?) = state else { return false }
        return end == time
    }
}
