import Glibc
import LinuxSystem
import SeedList

/// The children of all services of the seed list: started, stopped, restarted.
final class Children {
    /// So many are started together; the next ones follow after `startInterval`.
    private static let startsAtOnce = 4
    private static let startInterval: Duration = .milliseconds(25)

    private let starter: ChildStarter
    private let policy: RestartPolicy
    private let grace: Duration
    private let log: Log
    private let clock: SuspendingClock
    private var generator = SystemRandomNumberGenerator()
    /// In the order in which they came.
    private(set) var all: [SupervisedChild] = []
    private var byPid: [pid_t: SupervisedChild] = [:]
    /// Those that processes of a former life are left of, by the number of these' process group.
    private var clearing: [pid_t: SupervisedChild] = [:]
    private var nextStart: SuspendingClock.Instant
    private var knownDeadline: SuspendingClock.Instant??

    init(
        starter: ChildStarter, policy: RestartPolicy, grace: Duration, log: Log,
        clock: SuspendingClock
    ) {
        self.starter = starter
        self.policy = policy
        self.grace = grace
        self.log = log
        self.clock = clock
        nextStart = clock.now
    }

    /// The one whose process `pid` is.
    func child(_ pid: pid_t) -> SupervisedChild? { byPid[pid] }

    /// Whether any has a process.
    var areRunning: Bool { !byPid.isEmpty }

    /// When something is due without anything else happening.
    var deadline: SuspendingClock.Instant? {
        if let knownDeadline { return knownDeadline }
        let deadline = all.lazy.compactMap { child in
            guard case .waiting = child.state else { return child.deadline }
            return child.deadline.map { max($0, self.nextStart) }
        }.min()
        knownDeadline = deadline
        return deadline
    }

    // MARK: The plan

    /// Starts what is new in the plan, stops what is not there any more, tells a server whose lines
    /// have changed, and touches nothing else. Returns how many came and went.
    func apply(_ plan: ServicePlan) -> (came: Int, went: Int) {
        knownDeadline = nil
        let former = all.count { $0.isWanted }
        for child in all where plan.lines[child.service] == nil {
            child.isWanted = false
            stop(child, killAt: clock.now.advanced(by: grace))
        }
        removeUnwanted()
        let present = Dictionary(uniqueKeysWithValues: all.map { ($0.service, $0) })
        let kept = all.count { $0.isWanted }
        for service in plan.services {
            let lines = plan.lines[service] ?? []
            if let child = present[service] {
                update(child, lines)
            } else {
                all.append(SupervisedChild(service, lines: lines, startAt: clock.now))
            }
        }
        return (came: all.count { $0.isWanted } - kept, went: former - kept)
    }

    private func update(_ child: SupervisedChild, _ lines: [SeedLine]) {
        child.isWanted = true
        defer { child.lines = lines }
        if case .running(let pid, _) = child.state, child.lines != lines { kill(pid, SIGHUP) }
    }

    /// Stops every one; those that live on are killed at `deadline`.
    func stopAll(killAt deadline: SuspendingClock.Instant) {
        knownDeadline = nil
        for child in all {
            child.isWanted = false
            stop(child, killAt: deadline)
        }
        removeUnwanted()
    }

    private func stop(_ child: SupervisedChild, killAt deadline: SuspendingClock.Instant) {
        switch child.state {
        case .running(let pid, _):
            kill(-pid, SIGTERM)
            // One that is stopped could not take it.
            kill(-pid, SIGCONT)
            child.state = .stopping(pid: pid, killAt: deadline)
        case .stopping(let pid, let earlier?):
            child.state = .stopping(pid: pid, killAt: min(earlier, deadline))
        case .waiting, .stopping: break
        }
    }

    private func removeUnwanted() {
        all.removeAll { !$0.isWanted && $0.pid == nil && !$0.isClearing }
    }

    // MARK: Lives

    /// Does what is due by now.
    func act() {
        let now = clock.now
        guard let deadline, deadline <= now else { return }
        knownDeadline = nil
        killOverdue(now)
        startDue(now)
    }

    private func killOverdue(_ now: SuspendingClock.Instant) {
        for child in all {
            guard case .stopping(let pid, let time?) = child.state, time <= now else { continue }
            kill(-pid, SIGKILL)
            child.state = .stopping(pid: pid, killAt: nil)
        }
    }

    private func startDue(_ now: SuspendingClock.Instant) {
        guard nextStart <= now else { return }
        var started = 0
        for child in all {
            guard case .waiting = child.state, let time = child.deadline, time <= now else {
                continue
            }
            guard started < Self.startsAtOnce else {
                nextStart = now.advanced(by: Self.startInterval)
                return
            }
            start(child)
            started += 1
        }
    }

    private func start(_ child: SupervisedChild) {
        do throws(ChildStarter.Failure) {
            let pid = try starter.start(child)
            child.state = .running(pid: pid, since: clock.now)
            byPid[pid] = child
        } catch {
            let start = restart(child, after: error.end, "\(error)")
            log.say("cannot start \(child.service.name): \(error); trying again in \(start)")
        }
    }

    /// Kills what a child that has ended has left in its process group.
    func willReap(_ zombie: Reaper.Zombie) {
        // Nobody else can have the number of its group yet.
        if byPid[zombie.pid] != nil { kill(-zombie.pid, SIGKILL) }
    }

    /// Takes down that `zombie`, one of the children or not, has been reaped.
    func didReap(_ zombie: Reaper.Zombie, _ end: ProcessEnd) {
        if let child = byPid.removeValue(forKey: zombie.pid) {
            knownDeadline = nil
            child.isClearing = true
            clearing[zombie.pid] = child
            takeDownEnd(of: child, end)
            finishClearing(zombie.pid)
        }
        finishClearing(zombie.group)
    }

    private func takeDownEnd(of child: SupervisedChild, _ end: ProcessEnd) {
        child.output?.drain()
        guard child.isWanted else {
            child.state = .waiting(until: clock.now)
            return
        }
        let delay = restart(child, after: end, "\(end)")
        log.say("\(child.service.name) \(end); it is started again in \(delay)")
    }

    /// A group's last process goes when we reap it, and at once we see that: later on, its number may
    /// be another's.
    private func finishClearing(_ group: pid_t) {
        guard let child = clearing[group], !Reaper.hasChildren(inGroup: group) else { return }
        clearing[group] = nil
        knownDeadline = nil
        child.isClearing = false
        if !child.isWanted, child.pid == nil { all.removeAll { $0 === child } }
    }

    /// Returns the wait in words.
    private func restart(
        _ child: SupervisedChild, after end: ProcessEnd, _ words: String
    ) -> String {
        child.lastEnd = words
        child.note = nil
        let now = clock.now
        let life: SuspendingClock.Instant? =
            if case .running(_, let since) = child.state { since } else { nil }
        let start = child.history.recordEnd(
            end, ofLifeSince: life, at: now, policy: policy, using: &generator)
        child.state = .waiting(until: start)
        let tenths = Int((now.duration(to: start) / .milliseconds(100)).rounded())
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
