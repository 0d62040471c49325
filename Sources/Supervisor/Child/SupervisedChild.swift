import Glibc
import LinuxSystem
import SeedList

/// One service's process through all its lives.
final class SupervisedChild {
    enum State {
        /// To be started at this time, once nothing of the former life is left.
        case waiting(until: SuspendingClock.Instant)
        case running(pid: pid_t, since: SuspendingClock.Instant)
        /// Told to end, because its line is gone or everything ends; killed at this time, or
        /// already where there is none.
        case stopping(pid: pid_t, killAt: SuspendingClock.Instant?)
    }

    let service: Service
    /// Its place among the others.
    var number = 0
    /// The lines of the seed list that it is there for.
    var lines: [SeedLine]
    var state: State
    var history = RestartHistory()
    /// Processes of its last life are left, which have been killed and are not gone yet.
    var isClearing = false
    var output: ChildOutput?
    /// How its last life ended, in words.
    var lastEnd: String?
    /// The last line that it said in that life.
    var lastWords: String?
    /// What it says of itself in this life.
    var note = SeederNote()
    /// Its lines are on the seed list.
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

    /// Whether it is to be started, and at that very time.
    func isToStart(at time: SuspendingClock.Instant) -> Bool {
        guard case .waiting(let start) = state, isWanted, !isClearing else { return false }
        return start == time
    }

    /// Whether it has been told to end, and is to be killed at that very time.
    func isToBeKilled(at time: SuspendingClock.Instant) -> Bool {
        guard case .stopping(_, let end?) = state else { return false }
        return end == time
    }
}
