import Glibc
import LinuxSystem
import SystemPackage

/// Keeps the `GuardProgram` running and gives it the process groups to kill if `pierdatd` is
/// killed.
final class SeederGuard {
    /// Delays the guard's start, so that it does not compete with the first children for CPU time.
    /// Until then the children have not started processes of their own, and the kernel kills them
    /// with us.
    private static let delay: Duration = .milliseconds(25)

    private let table: ProcessGroupTable
    private let clock: SuspendingClock
    private let policy: RestartPolicy
    private var generator = SystemRandomNumberGenerator()
    private var history = RestartHistory()
    private var life: (pid: pid_t, start: SuspendingClock.Instant)?
    /// When to start the guard. nil if it is running or there is nothing to guard yet.
    private(set) var deadline: SuspendingClock.Instant?

    init(policy: RestartPolicy, clock: SuspendingClock) throws(Errno) {
        table = try ProcessGroupTable()
        self.policy = policy
        self.clock = clock
    }

    /// Registers the process group `group` to be killed if we die.
    func watch(_ group: pid_t) {
        table.insert(group)
        if life == nil, deadline == nil { deadline = clock.now.advanced(by: Self.delay) }
    }

    /// Unregisters a group, because its ID may be reused from now on.
    func forget(_ group: pid_t) {
        table.remove(group)
    }

    /// Starts the guard if that is due.
    func act() {
        if let deadline, deadline <= clock.now { start() }
    }

    /// Schedules a restart if `pid` is the guard.
    func didReap(_ pid: pid_t, _ end: TerminationStatus) {
        guard let life, life.pid == pid else { return }
        planStart(after: end, ofLifeSince: life.start)
    }

    /// Stops the guard, because `pierdatd` is about to exit.
    func dismiss() {
        if let life { kill(life.pid, SIGKILL) }
        life = nil
        deadline = nil
    }

    private func start() {
        let command = GuardProgram.command(parent: getpid(), table: table.descriptor)
        do throws(Errno) {
            life = (try command.spawn(), clock.now)
            deadline = nil
        } catch {
            planStart(after: .exited(126), ofLifeSince: nil)
        }
    }

    private func planStart(
        after end: TerminationStatus, ofLifeSince start: SuspendingClock.Instant?
    ) {
        life = nil
        deadline = history.recordEnd(
            end, ofLifeSince: start, at: clock.now, policy: policy, using: &generator)
    }
}
