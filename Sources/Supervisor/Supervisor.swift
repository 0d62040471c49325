import Glibc
import LinuxSystem
import SeedList
import SystemPackage

/// Keeps a child for each service of the seed list alive, beside the container's program. All of it
/// happens on one thread, which sleeps until the kernel has something for it.
public final class Supervisor {
    private enum Token {
        static let signals: UInt64 = 0
        static let timer: UInt64 = 1
        static let seedList: UInt64 = 2
        static let log: UInt64 = 3
        static let firstChild: UInt64 = 16
    }

    /// Children that are started together; the next so many follow after `startInterval`.
    private static let startsAtOnce = 8
    private static let startInterval: Duration = .milliseconds(25)

    private let configuration: SupervisorConfiguration
    private let log: Log
    private let epoll: Epoll
    private let signals: SignalDescriptor
    private let timer: TimerDescriptor
    private let originalMask: SignalSet
    private let finder: ProgramFinder
    private let clock = SuspendingClock()
    private var generator = SystemRandomNumberGenerator()
    private var watch: InotifyWatch?
    private var children: [SupervisedChild] = []
    private var childByToken: [UInt64: SupervisedChild] = [:]
    private var nextToken = Token.firstChild
    private var servedLines: [Service: [SeedLine]] = [:]
    private var program: ContainerProgram?
    private var programEnd: ProcessEnd?
    /// When everything that is left is killed; nil while nothing is to end.
    private var endBy: SuspendingClock.Instant?
    private var isLogWatched = false

    /// Signals that the kernel raises at a fault of our own, and job control's for readers and
    /// writers of the terminal, are the only ones that are not passed on.
    private static let own: Set<CInt> = [SIGCHLD, SIGTTIN, SIGTTOU]
    private static let faults: [CInt] = [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS]

    public init(_ configuration: SupervisorConfiguration) throws(Errno) {
        self.configuration = configuration
        log = Log(isQuiet: configuration.isQuiet)
        finder = ProgramFinder(programs: configuration.programs, path: configuration.path)
        originalMask = SignalSet.all(but: Self.faults).block()
        signal(SIGCHLD, SIG_DFL)
        epoll = try Epoll()
        signals = try SignalDescriptor(.all(but: Self.faults))
        timer = try TimerDescriptor()
        try epoll.add(signals.descriptor, token: Token.signals)
        try epoll.add(timer.descriptor, token: Token.timer)
    }

    /// Runs until the container's program has ended or a signal says so; returns our exit status.
    public func run() throws(Errno) -> CInt {
        if getpid() != 1 { try CurrentProcess.becomeSubreaper() }
        if !configuration.command.isEmpty, let status = startProgram() { return status }
        watchSeedList()
        reload()
        while !isOver {
            try step()
        }
        program?.returnTerminal()
        return programEnd?.exitStatus ?? 0
    }

    private var isOver: Bool {
        endBy != nil && (program == nil || programEnd != nil) && children.allSatisfy { $0.pid == nil }
    }

    private func step() throws(Errno) {
        startDueChildren()
        killOverdue()
        try setTimer()
        try watchLog()
        for (token, _) in try epoll.wait() {
            switch token {
            case Token.signals: handleSignals()
            case Token.timer: timer.clear()
            case Token.seedList: if watch?.takeChange() == true { reload() }
            case Token.log: log.flush()
            default: if let child = childByToken[token] { forwardOutput(of: child, token: token) }
            }
        }
    }

    // MARK: The container's program

    /// Returns the exit status where it cannot be started.
    private func startProgram() -> CInt? {
        do throws(Errno) {
            program = try ContainerProgram(configuration.command, signalMask: originalMask)
            return nil
        } catch {
            log.error("cannot start \(configuration.command[0]): \(error)")
            return error == .noSuchFileOrDirectory ? 127 : 126
        }
    }

    private func handleSignals() {
        while let signal = signals.nextReceived() {
            // One that our own write to a broken pipe raised is no message.
            if signal.sender == getpid(), signal.number == SIGPIPE { continue }
            if signal.number == SIGCHLD { reap() }
            if Self.own.contains(signal.number) { continue }
            if signal.number == SIGHUP { reload() }
            if let program, programEnd == nil {
                program.forward(signal.number, toGroup: configuration.forwardsToGroup)
                if signal.number == SIGTERM { beginEnd(stoppingChildren: false) }
            } else if [SIGTERM, SIGINT, SIGQUIT].contains(signal.number) {
                beginEnd(stoppingChildren: true)
            }
        }
    }

    /// Everything has one grace period altogether.
    private func beginEnd(stoppingChildren: Bool) {
        let deadline = endBy ?? clock.now.advanced(by: configuration.grace)
        endBy = deadline
        guard stoppingChildren else { return }
        for child in children { stop(child) }
    }

    private func killOverdue() {
        let now = clock.now
        if let endBy, endBy <= now, let program, programEnd == nil { kill(-program.pid, SIGKILL) }
        for case .stopping(let pid, let time) in children.map(\.state) where time <= now {
            kill(-pid, SIGKILL)
        }
    }

    // MARK: Reaping

    private func reap() {
        while let pid = Reaper.nextEnded() {
            let child = children.first { $0.pid == pid }
            // While the leader is a zombie nobody else can have the number of its group.
            if child != nil { kill(-pid, SIGKILL) }
            guard let end = Reaper.reap(pid) else { continue }
            if let child { childEnded(child, end) }
            if pid == program?.pid, programEnd == nil {
                programEnd = end
                beginEnd(stoppingChildren: true)
            }
        }
    }

    private func childEnded(_ child: SupervisedChild, _ end: ProcessEnd) {
        let lifetime: Duration
        switch child.state {
        case .running(_, let since): lifetime = since.duration(to: clock.now)
        default: lifetime = .zero
        }
        if case .stopping = child.state, !child.isWanted || endBy != nil {
            child.state = .stopped
            children.removeAll { $0 === child }
            return
        }
        let delay = child.recordEnd(
            end, lifetime: lifetime, policy: configuration.restartPolicy, using: &generator)
        child.state = .waiting(until: clock.now.advanced(by: delay))
        log.say("\(child.service.name) \(end); it is started again in \(Self.words(delay))")
    }

    private static func words(_ delay: Duration) -> String {
        let tenths = Int((delay / .milliseconds(100)).rounded())
        return "\(tenths / 10).\(tenths % 10) s"
    }

    // MARK: The seed list

    private func watchSeedList() {
        do throws(Errno) {
            let watch = try InotifyWatch(file: configuration.seedList)
            try epoll.add(watch.descriptor, token: Token.seedList)
            self.watch = watch
        } catch {
            log.say("changes of \(configuration.seedList) are not seen: \(error)")
        }
    }

    private func reload() {
        guard endBy == nil else { return }
        let list: SeedList
        do throws(SeedListError) {
            list = try SeedListFile(configuration.seedList).read()
        } catch {
            log.say("warning: \(error)")
            return
        }
        guard list.faults.isEmpty || children.isEmpty else {
            log.say("warning: \(configuration.seedList), \(list.faults[0]); what runs stays as it is")
            return
        }
        for fault in list.faults { log.say("warning: \(configuration.seedList), \(fault)") }
        apply(ServicePlan(list) { finder.find("pierdat-serve-\($0)") != nil })
    }

    private func apply(_ plan: ServicePlan) {
        let wanted = Set(plan.services)
        for child in children where !wanted.contains(child.service) {
            child.isWanted = false
            stop(child)
        }
        var present: [Service: SupervisedChild] = [:]
        for child in children { present[child.service] = child }
        for service in plan.services {
            guard let child = present[service] else {
                children.append(SupervisedChild(service, startAt: clock.now))
                continue
            }
            child.isWanted = true
            let isRunning = if case .running = child.state { true } else { false }
            if isRunning, servedLines[service] != plan.lines[service], let pid = child.pid {
                kill(pid, SIGHUP)
            }
        }
        servedLines = plan.lines
    }

    // MARK: Children

    private func stop(_ child: SupervisedChild) {
        switch child.state {
        case .running(let pid, _):
            kill(-pid, SIGTERM)
            // One that is stopped could not take it.
            kill(-pid, SIGCONT)
            let deadline = endBy ?? clock.now.advanced(by: configuration.grace)
            child.state = .stopping(pid: pid, killAt: deadline)
        case .waiting:
            child.state = .stopped
            children.removeAll { $0 === child }
        case .stopping, .stopped: break
        }
    }

    private func startDueChildren() {
        guard endBy == nil else { return }
        let now = clock.now
        var started = 0
        for child in children {
            guard case .waiting(let time) = child.state, time <= now else { continue }
            guard started < Self.startsAtOnce else {
                child.state = .waiting(until: now.advanced(by: Self.startInterval))
                continue
            }
            start(child)
            started += 1
        }
    }

    private func start(_ child: SupervisedChild) {
        do throws(Errno) {
            let pipe = try Pipe()
            let pid = try command(for: child.service, output: pipe.writingEnd).spawn()
            child.state = .running(pid: pid, since: clock.now)
            let token = nextToken
            nextToken += 1
            try epoll.add(pipe.readingEnd, token: token)
            child.output = pipe.readingEnd
            childByToken[token] = child
        } catch {
            let delay = child.recordEnd(
                .exited(126), lifetime: .zero, policy: configuration.restartPolicy, using: &generator)
            child.state = .waiting(until: clock.now.advanced(by: delay))
            log.say("cannot start \(child.service.name): \(error); trying again in \(Self.words(delay))")
        }
    }

    private func command(for service: Service, output: OwnedDescriptor) -> Command {
        let words =
            switch service {
            case .line(let line): [line.program] + line.arguments
            case .server(let backend):
                ["pierdat-serve-\(backend)", configuration.seedList.string]
            }
        let program = finder.find(words[0])?.string ?? words[0]
        var command = Command(
            program: "/proc/self/exe",
            arguments: ChildLoader.arguments(parent: getpid(), program: program, arguments: words))
        command.attributes.defaultSignals = .all
        command.attributes.standardStreams = .init(output: output)
        return command
    }

    private func forwardOutput(of child: SupervisedChild, token: UInt64) {
        guard let output = child.output else { return }
        let name = child.service.name
        let isOpen = output.readAvailable { bytes in
            child.splitter.take(bytes) { log.forward($0, of: name) }
        }
        guard !isOpen else { return }
        child.splitter.end { log.forward($0, of: name) }
        try? epoll.remove(output)
        childByToken[token] = nil
        child.output = nil
    }

    // MARK: Waiting

    private func setTimer() throws(Errno) {
        var deadlines = children.compactMap(\.deadline)
        if let endBy { deadlines.append(endBy) }
        guard let next = deadlines.min() else { return try timer.disarm() }
        try timer.set(after: clock.now.duration(to: next))
    }

    private func watchLog() throws(Errno) {
        guard let pollable = log.output.pollable, log.isWaiting != isLogWatched else { return }
        if log.isWaiting {
            try epoll.add(pollable, for: .writable, token: Token.log)
        } else {
            try epoll.remove(pollable)
        }
        isLogWatched = log.isWaiting
    }
}
