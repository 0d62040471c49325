import Glibc
import LinuxSystem
import SystemPackage

/// Has the `GuardProgram` run as long as we do, and tells it whom to kill when we have been killed.
final class SeederGuard {
    /// The first children are not to wait for a processor because of it. So young they are but children of
    /// ours, which the kernel kills with us.
    private static let delay: Duration = .milliseconds(25)

    private let table: ProcessGroupTable
    private let clock: SuspendingClock
    private let policy: RestartPolicy
    private var generator = SystemRandomNumberGenerator()
    private var history = RestartHistory()
    private var life: (pid: pid_t, start: SuspendingClock.Instant)?
    /// When it is to be started; nil where it runs, or there is nobody to guard yet.
    private(set) var deadline: SuspendingClock.Instant?

    init(policy: RestartPolicy, clock: SuspendingClock) throws(Errno) {
        table = try ProcessGroupTable()
        self.policy = policy
        self.clock = clock
    }

    /// Everything in the process group `group` is to be killed when we are.
    func watch(_ group: pid_t) {
        table.insert(group)
        if life == nil, deadline == nil { deadline = clock.now.advanced(by: Self.delay) }
    }

    /// The number of the group may be another's from now on.
    func forget(_ group: pid_t) {
        table.remove(group)
    }

    /// Does what is due by now.
    func act() {
        if let deadline, deadline <= clock.now { start() }
    }

    /// Takes down that `pid`, be it the guard's or not, has ended.
    func didReap(_ pid: pid_t, _ end: TerminationStatus) {
        guard let life, life.pid == pid else { return }
        planStart(after: end, ofLifeSince: life.start)
    }

    /// Everything ends, and the guard with it.
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
