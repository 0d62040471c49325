import BackendContract
import Glibc
import LinuxSystem
import Metrics

/// Downloads the lines of the get list, one after another, each with retries.
final class Downloads {
    /// How long a download may take to stop. It keeps its data, and stops its backend within 1.5 s.
    static let patience: Duration = .milliseconds(1800)

    private let settings: DownloadSettings
    private let starter: ChildStarter
    private let seederGuard: SeederGuard?
    private let policy: RestartPolicy
    private let log: Log
    private let clock: SuspendingClock
    private var generator = SystemRandomNumberGenerator()
    private var items: [StartDownload]
    private var output: ChildOutput?
    /// The process that runs, for which item, and when it is killed if it was told to stop.
    private var process: (pid: pid_t, index: Int, killAt: SuspendingClock.Instant?)?
    private var isStopping = false
    /// What the download that runs reports.
    var note = SeederNote()
    /// The counters of all runs that have ended.
    private(set) var pastMetrics = MetricReport()

    init(
        _ settings: DownloadSettings, starter: ChildStarter, seederGuard: SeederGuard?,
        policy: RestartPolicy, log: Log, clock: SuspendingClock
    ) {
        self.settings = settings
        self.starter = starter
        self.seederGuard = seederGuard
        self.policy = policy
        self.log = log
        self.clock = clock
        items = settings.lines.map { StartDownload(line: $0) }
    }

    /// True while a process runs.
    var isRunning: Bool { process != nil }

    /// True if `pid` is the process that runs.
    func owns(_ pid: pid_t) -> Bool { process?.pid == pid }

    /// True if a download waits, runs or is to be tried again.
    var arePending: Bool { items.contains(where: \.isPending) }

    /// True if the data of every line is complete.
    var areComplete: Bool { items.allSatisfy(\.isComplete) }

    /// The exit code of the first download that failed for good. nil if there is none.
    var failure: CInt? {
        items.lazy.compactMap { item in
            if case .failed(let status) = item.state { status } else { nil }
        }.first
    }

    /// The downloads in order.
    var report: [StatusReport.Download] {
        var report = items.map { $0.report(at: clock.now) }
        if let process {
            report[process.index].lastWords = output?.lastLine
            report[process.index].figures = figures
        }
        return report
    }

    /// What the download that runs reports about itself.
    private var figures: [String: Double] {
        var figures: [String: Double] = [:]
        for (key, value) in note.metrics.numbers where MetricCatalogue.ofDownload.contains(key.name)
        {
            figures[key.name] = value
        }
        return figures
    }

    /// The status as one line for a service manager.
    var summary: String {
        let complete = items.count(where: \.isComplete)
        let failed = failure == nil ? "" : "; a download failed"
        return "\(complete) of \(items.count) downloads complete\(failed)"
    }

    /// When the next action is due. nil if none is.
    var deadline: SuspendingClock.Instant? {
        if let process { return process.killAt }
        guard !isStopping, let next = items.first(where: \.isPending) else { return nil }
        // pierdatd is about to stop.
        if settings.start == .wait, failure != nil { return nil }
        if case .retrying(let time) = next.state { return time }
        return clock.now
    }

    /// Performs the actions that are due.
    func act() {
        guard let deadline, deadline <= clock.now else { return }
        if let process {
            kill(-process.pid, SIGKILL)
            self.process?.killAt = nil
        } else if let index = items.firstIndex(where: \.isPending) {
            start(index)
        }
    }

    /// Stops the download that runs, and starts no other.
    func stop() {
        guard !isStopping else { return }
        isStopping = true
        guard let process else { return }
        kill(-process.pid, SIGTERM)
        kill(-process.pid, SIGCONT)
        self.process?.killAt = clock.now.advanced(by: Self.patience)
    }

    private func start(_ index: Int) {
        output?.close()
        output = nil
        if let fault = items[index].line.fault {
            items[index].lastWords = fault
            return fail(index, ExitStatus.usage.rawValue, fault)
        }
        items[index].attempts += 1
        items[index].start = items[index].start ?? clock.now
        let place = items.count > 1 ? " (\(index + 1) of \(items.count))" : ""
        log.say("downloading\(place): \(items[index].line.text)")
        do throws(ChildStarter.Failure) {
            let (pid, output) = try starter.start(
                settings.program, [settings.program.string] + items[index].line.arguments,
                named: "download", givesWay: settings.start == .beside)
            self.output = output
            process = (pid, index, nil)
            items[index].state = .running(pid: pid, since: clock.now)
            seederGuard?.watch(pid)
        } catch {
            items[index].lastWords = "\(error)"
            finish(index, error.end, lifetime: .zero)
        }
    }

    /// Kills the remaining processes in the group of a download that has ended.
    func willReap(_ zombie: Reaper.Zombie) {
        guard process?.pid == zombie.pid else { return }
        kill(-zombie.pid, SIGKILL)
        seederGuard?.forget(zombie.pid)
    }

    /// Returns true if the zombie was a download that is now complete.
    func didReap(_ zombie: Reaper.Zombie, _ end: TerminationStatus) -> Bool {
        guard let process, process.pid == zombie.pid,
            case .running(_, let since) = items[process.index].state
        else { return false }
        let index = process.index
        self.process = nil
        pastMetrics.keepCounters(of: note.metrics)
        note = SeederNote()
        output?.drain()
        items[index].lastWords = output?.lastLine ?? items[index].lastWords
        finish(index, end, lifetime: since.duration(to: clock.now))
        return items[index].isComplete
    }

    private func finish(_ index: Int, _ end: TerminationStatus, lifetime: Duration) {
        if end == .exited(0) {
            items[index].state = .complete
            items[index].end = clock.now
            items[index].success = UnixTime.now
            return log.say("the data in \(items[index].line.destination) is complete")
        }
        guard !isStopping else {
            items[index].state = .stopped
            items[index].end = clock.now
            return
        }
        guard settings.retries.allowsRetry(after: items[index].attempts, end) else {
            return fail(index, end.exitStatus, "\(end)")
        }
        items[index].failures = policy.failures(after: items[index].failures, lifetime: lifetime)
        let delay = policy.delay(afterFailures: items[index].failures, using: &generator)
        items[index].state = .retrying(at: clock.now.advanced(by: delay))
        log.warn(
            "the download to \(items[index].line.destination) \(end); trying again in \(delay.tenthsText)"
        )
    }

    private func fail(_ index: Int, _ status: CInt, _ cause: String) {
        items[index].state = .failed(status: status)
        items[index].end = clock.now
        log.error("cannot download '\(items[index].line.text)': \(cause); it is not tried again")
    }
}
