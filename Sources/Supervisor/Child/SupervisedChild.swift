import Glibc
import LinuxSystem
import SeedList

/// A service's process, across restarts.
final class SupervisedChild {
    enum State {
        /// Starts at this time, or later if processes of the previous run remain.
        case waiting(until: SuspendingClock.Instant)
        case running(pid: pid_t, since: SuspendingClock.Instant)
        /// Asked to stop, because its line was removed or `pierdatd` stops. Killed at `killAt`, or
        /// already killed if that is nil.
        case stopping(pid: pid_t, killAt: SuspendingClock.Instant?)
    }

    let service: Service
    /// The sequence number.
    var number = 0
    /// The lines of the seed list that it serves.
    var lines: [SeedLine]
    var state: State
    var history = RestartHistory()
    /// Processes of the previous run were killed but are not reaped yet.
    var isClearing = false
    var output: ChildOutput?
    /// How the previous run ended, as text.
    var lastEnd: String?
    /// The last line of output of the previous run.
    var lastWords: String?
    /// What the child reports about itself in this run.
    var note = SeederNote()
    /// True if the seed list contains its lines.
    var isWanted = true

    init(_ service: Service, lines: [SeedLine], startAt start: SuspendingClock.Instant) {
        self.service = service
        self.lines = lines
        state = .waiting(until: start)
    }

    var pid: pid_t? {
        switch state {
        case .running(let pid, _), .stopping(let pid, _): pid
        case .waiting: nil
        }
    }

    /// True if the child is to be started at exactly this time.
    func isToStart(at time: SuspendingClock.Instant) -> Bool {
        guard case .waiting(let start) = state, isWanted, !isClearing else { return false }
        return start == time
    }

    /// True if the child is stopping and is to be killed at exactly this time.
    func isToBeKilled(at time: SuspendingClock.Instant) -> Bool {
        guard case .stopping(_, let end?) = state else { return false }
        return end == time
    }
}
