import Glibc
import LinuxSystem
import Metrics
import SeedList

/// Starts, stops and restarts the children of all services in the seed list.
final class Children {
    private let starter: ChildStarter
    private let seederGuard: SeederGuard?
    private let policy: RestartPolicy
    private let grace: Duration
    private let log: Log
    private let clock: SuspendingClock
    private var generator = SystemRandomNumberGenerator()
    /// All children by their sequence number.
    private var members: [Int: SupervisedChild] = [:]
    private var nextMember = 0
    private var byPid: [pid_t: SupervisedChild] = [:]
    /// Children whose previous process group still has members, by that group's ID.
    private var clearing: [pid_t: SupervisedChild] = [:]
    private var starts = DeadlineHeap<SuspendingClock.Instant, SupervisedChild>()
    private var kills = DeadlineHeap<SuspendingClock.Instant, SupervisedChild>()
    private var pace = StartPace<SuspendingClock.Instant>()

    init(
        starter: ChildStarter, seederGuard: SeederGuard?, policy: RestartPolicy, grace: Duration,
        log: Log, clock: SuspendingClock
    ) {
        self.starter = starter
        self.seederGuard = seederGuard
        self.policy = policy
        self.grace = grace
        self.log = log
        self.clock = clock
    }

    /// The counters of all runs that have ended.
    private(set) var pastMetrics = MetricReport()

    /// In the order in which they were added.
    var all: [SupervisedChild] { members.sorted { $0.key < $1.key }.map(\.value) }

    var isEmpty: Bool { members.isEmpty }

    /// The child whose current process is `pid`.
    func child(_ pid: pid_t) -> SupervisedChild? { byPid[pid] }

    /// True if any child has a process.
    var areRunning: Bool { !byPid.isEmpty }

    /// When the next action is due, nil if none is.
    var deadline: SuspendingClock.Instant? {
        dropWhatIsOver()
        let start = starts.first.map { max($0.time, pace.pause ?? $0.time) }
        return [start, kills.first?.time].compactMap(\.self).min()
    }

    /// Removes heap entries that are obsolete because the child's state has changed.
    private func dropWhatIsOver() {
        while let (time, child) = starts.first, !child.isToStart(at: time) { starts.removeFirst() }
        while let (time, child) = kills.first, !child.isToBeKilled(at: time) { kills.removeFirst() }
    }

    // MARK: The plan

    /// Starts new services, stops services that the plan no longer contains, and sends SIGHUP to
    /// servers whose lines have changed. Leaves all others alone. Returns how many services were
    /// added and removed.
    func apply(_ plan: ServicePlan) -> (came: Int, went: Int) {
        let present = Dictionary(uniqueKeysWithValues: members.values.map { ($0.service, $0) })
        let former = members.values.count { $0.isWanted }
        var went = 0
        for child in members.values where plan.lines[child.service] == nil && child.isWanted {
            went += 1
            dismiss(child, killAt: clock.now.advanced(by: grace))
        }
        for service in plan.services {
            let lines = plan.lines[service] ?? []
            if let child = present[service] {
                update(child, lines)
            } else {
                add(service, lines)
            }
        }
        let now = members.values.count { $0.isWanted }
        return (came: now - (former - went), went: went)
    }

    private func add(_ service: Service, _ lines: [SeedLine]) {
        let child = SupervisedChild(
            service, number: nextMember, lines: lines, startAt: clock.now)
        members[nextMember] = child
        nextMember += 1
        planStart(child)
    }

    private func update(_ child: SupervisedChild, _ lines: [SeedLine]) {
        child.isWanted = true
        defer { child.lines = lines }
        if case .running(let pid, _) = child.state, child.lines != lines { kill(pid, SIGHUP) }
    }

    /// Stops all children. Those that still run at `deadline` are killed.
    func stopAll(killAt deadline: SuspendingClock.Instant) {
        for child in members.values { dismiss(child, killAt: deadline) }
    }

    private func dismiss(_ child: SupervisedChild, killAt deadline: SuspendingClock.Instant) {
        child.isWanted = false
        switch child.state {
        case .running(let pid, _):
            kill(-pid, SIGTERM)
            // A stopped process handles SIGTERM only after SIGCONT.
            kill(-pid, SIGCONT)
            planKill(child, pid, at: deadline)
        case .stopping(let pid, let earlier?): planKill(child, pid, at: min(earlier, deadline))
        case .waiting, .stopping, .clearing: forgetIfGone(child)
        }
    }

    private func planKill(_ child: SupervisedChild, _ pid: pid_t, at time: SuspendingClock.Instant)
    {
        child.state = .stopping(pid: pid, killAt: time)
        kills.add(child, at: time)
    }

    private func forgetIfGone(_ child: SupervisedChild) {
        guard !child.isWanted, case .waiting = child.state else { return }
        child.output?.close()
        members[child.number] = nil
    }

    // MARK: Lives

    /// Performs the actions that are due.
    func act() {
        let now = clock.now
        while let (time, child) = kills.first, time <= now {
            kills.removeFirst()
            if child.isToBeKilled(at: time) { killOverdue(child) }
        }
        while let (time, child) = starts.first, time <= now {
            guard !child.isToStart(at: time) || pace.take(at: now) else { return }
            starts.removeFirst()
            if child.isToStart(at: time) { start(child) }
        }
    }

    private func killOverdue(_ child: SupervisedChild) {
        guard case .stopping(let pid, _) = child.state else { return }
        kill(-pid, SIGKILL)
        child.state = .stopping(pid: pid, killAt: nil)
    }

    /// Schedules the start, unless processes of the previous run remain. ``finishClearing(_:)``
    /// schedules it then.
    private func planStart(_ child: SupervisedChild) {
        if case .waiting(let time) = child.state { starts.add(child, at: time) }
    }

    private func start(_ child: SupervisedChild) {
        // A process left by the previous run may hold the stream open forever.
        child.output?.close()
        child.output = nil
        do throws(ChildStarter.Failure) {
            let pid = try starter.start(child)
            log.debug("\(child.service.name) is started (pid \(pid))")
            child.state = .running(pid: pid, since: clock.now)
            byPid[pid] = child
            seederGuard?.watch(pid)
        } catch {
            let start = recordEnd(of: child, error.end, "\(error)")
            child.state = .waiting(until: start)
            planStart(child)
            log.error(
                "cannot start \(child.service.name): \(error); retrying in \(delay(until: start))"
            )
        }
    }

    /// Kills the remaining processes in the group of an ended child.
    func willReap(_ zombie: Reaper.Zombie) {
        // The unreaped zombie still reserves the group's ID, so the signal cannot reach another
        // group.
        guard byPid[zombie.pid] != nil else { return }
        kill(-zombie.pid, SIGKILL)
        seederGuard?.forget(zombie.pid)
    }

    /// Records that `zombie` was reaped, whether it is a child of ours or an orphan.
    func didReap(_ zombie: Reaper.Zombie, _ end: TerminationStatus) {
        if let child = byPid.removeValue(forKey: zombie.pid) {
            clearing[zombie.pid] = child
            takeDownEnd(of: child, end)
            finishClearing(zombie.pid)
        }
        finishClearing(zombie.group)
    }

    private func takeDownEnd(of child: SupervisedChild, _ end: TerminationStatus) {
        child.output?.drain()
        pastMetrics.keepCounters(of: child.note.metrics)
        child.note = SeederNote()
        guard child.isWanted else {
            child.state = .clearing(nextStart: clock.now)
            return
        }
        let start = recordEnd(of: child, end, "\(end)")
        child.state = .clearing(nextStart: start)
        let words = "\(child.service.name) \(end); restarting in \(delay(until: start))"
        if end == .exited(0) { log.say(words) } else { log.warn(words) }
    }

    /// Checks if the group is now empty. This must happen right after each reap, because the ID of
    /// an empty group can be reused later.
    private func finishClearing(_ group: pid_t) {
        guard let child = clearing[group], !Reaper.hasChildren(inGroup: group) else { return }
        clearing[group] = nil
        if case .clearing(let start) = child.state { child.state = .waiting(until: start) }
        forgetIfGone(child)
        if child.isWanted { planStart(child) }
    }

    /// Returns when the child is to be started again.
    private func recordEnd(
        of child: SupervisedChild, _ end: TerminationStatus, _ words: String
    ) -> SuspendingClock.Instant {
        child.lastEnd = SupervisedChild.End(
            description: words, lastWords: child.output?.lastLine)
        let life: SuspendingClock.Instant? =
            if case .running(_, let since) = child.state { since } else { nil }
        return child.history.recordEnd(
            end, ofLifeSince: life, at: clock.now, policy: policy, using: &generator)
    }

    private func delay(until time: SuspendingClock.Instant) -> String {
        clock.now.duration(to: time).tenthsText
    }
}
