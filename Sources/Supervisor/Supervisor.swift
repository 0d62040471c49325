import BackendContract
import Glibc
import LinuxSystem
import SeedList
import SystemPackage

/// Keeps a child running for each service in the seed list, next to the container's program.
/// Everything happens on one thread, which sleeps in the kernel while idle.
public final class Supervisor {
    private let configuration: SupervisorConfiguration
    private let inherited: InheritedSignals
    private let clock = SuspendingClock()
    private let log: Log
    private var logDestination: LogDestination
    private let loop: EventLoop
    private let signals: SignalDescriptor
    private let children: Children
    private let seederGuard: SeederGuard?
    private let environment = SeederEnvironment()
    private let downloads: Downloads?
    private let statusCollector: StatusCollector
    private var runFolder: RunFolder?
    private var pidFile: PidFile?
    private var manager: ServiceManager?
    private let seedLists: SeedLists
    private var watches: [SeedListWatch] = []
    private var metricsServer: MetricsServer?
    private var program = ProgramState.none
    /// The container's program while it waits for downloads.
    private var held: HeldProgram?
    /// Our exit code if no program of a container ends.
    private var exitStatus: CInt = 0
    private var shutdown: Shutdown?
    private var isSignalled = false

    /// The container's program.
    private enum ProgramState {
        case none
        case running(ContainerProgram)
        case ended(ContainerProgram, TerminationStatus)
    }

    /// Signals handled here instead of being forwarded.
    private static let own: Set<CInt> = [SIGCHLD, SIGTTIN, SIGTTOU]

    /// Take `inherited` before any other thread is started.
    public init(
        _ configuration: SupervisorConfiguration, inheriting inherited: InheritedSignals
    ) throws(Errno) {
        self.configuration = configuration
        self.inherited = inherited
        CurrentProcess.occupyClosedStreams()
        logDestination = LogDestination(configuration.log)
        log = logDestination.log
        loop = try EventLoop()
        signals = try SignalDescriptor(.all)
        seedLists = try SeedLists(configuration.seeding.seedLists)
        let starter = ChildStarter(
            seedList: seedLists.served, environment: environment,
            finder: configuration.seeding.finder,
            descriptors: CurrentProcess.descriptorLimit.soft, loop: loop, log: log)
        // If PID 1 dies, the kernel kills all other processes.
        seederGuard =
            getpid() == 1
            ? nil : try? SeederGuard(policy: configuration.seeding.restartPolicy, clock: clock)
        children = Children(
            starter: starter, seederGuard: seederGuard,
            policy: configuration.seeding.restartPolicy,
            grace: configuration.grace.total, log: log, clock: clock)
        downloads = configuration.downloads.map { [seederGuard, log, clock] in
            Downloads(
                $0, starter: starter, seederGuard: seederGuard,
                policy: configuration.seeding.restartPolicy, log: log, clock: clock)
        }
        statusCollector = StatusCollector(
            children, downloads: downloads, seedList: seedLists.written, clock: clock)
        _ = try loop.add(signals.descriptor) { [unowned self] in isSignalled = true }
    }

    /// Runs until the container's program ends or a signal stops us, and returns our exit code.
    /// Never throws if there is a program.
    public func run() throws(StartFailure) -> CInt {
        prepareProcess()
        if configuration.downloads?.holdsProgram == true {
            held = configuration.program.map { HeldProgram($0) }
        } else if let wanted = configuration.program, let status = startProgram(wanted) {
            return status
        }
        leaveSurroundings()
        try openRunFolder()
        warnOfConfiguration()
        serveMetrics()
        if configuration.seeding.isOn {
            watchSeedLists()
            reload()
        } else {
            log.say("nothing is seeded because of \(EnvironmentVariable.seed.rawValue)")
        }
        tellReady()
        while !isOver {
            act()
            log.flush()
            logDestination.watch(by: loop)
            loop.runOnce(until: deadline, clock: clock)
            if isSignalled { handleSignals() }
        }
        seederGuard?.dismiss()
        sweep()
        pidFile?.remove()
        runFolder?.close()
        log.flush()
        guard case .ended(let program, let end) = program else { return exitStatus }
        program.returnTerminal()
        return end.exitStatus
    }

    private var isOver: Bool {
        if case .running = program { return false }
        return shutdown != nil && !children.areRunning && downloads?.isRunning != true
    }

    private var deadline: SuspendingClock.Instant? {
        [
            shutdown?.deadline, children.deadline, watches.compactMap(\.deadline).min(),
            downloads?.deadline, runFolder?.deadline, manager?.deadline, seederGuard?.deadline,
            metricsServer?.deadline,
        ].compactMap(\.self).min()
    }

    /// Performs the actions that are due.
    private func act() {
        // Each watch is asked, because a change that is not taken stays due.
        if !watches.filter({ $0.takeChange() }).isEmpty { reload() }
        downloads?.act()
        followDownloads()
        children.act()
        seederGuard?.act()
        switch shutdown?.next(at: clock.now) {
        case .stopSeeders: stopChildren()
        case .killProgram: if case .running(let program) = program { kill(-program.pid, SIGKILL) }
        case nil: break
        }
        runFolder?.act()
        metricsServer?.act()
        manager?.act(status: statusCollector.summary)
    }

    private func prepareProcess() {
        do throws(Errno) {
            if getpid() != 1 { try CurrentProcess.becomeSubreaper() }
            if configuration.diesWithParent { try CurrentProcess.dieWithParent(by: SIGTERM) }
        } catch {
            log.warn("prctl: \(error)")
        }
    }

    private func warnOfConfiguration() {
        for warning in configuration.warnings { log.warn("\(warning)") }
        logDestination.warnOfFailure()
    }

    // MARK: Run folder and service manager

    /// Throws if another daemon of this installation is running. With a program, continues anyway.
    private func openRunFolder() throws(StartFailure) {
        if let settings = configuration.serviceManager {
            manager = try? ServiceManager(settings, clock: clock)
        }
        do throws(StartFailure) {
            runFolder = try RunFolder(
                configuration.runFolder, loop: loop, clock: clock, children: children,
                downloads: downloads, status: statusCollector)
            try writePidFile()
        } catch {
            guard configuration.canDoWithoutRunFolder(error) else { throw error }
            log.warn("pierdat status and health cannot query this pierdatd: \(error)")
        }
        environment.noteSocket = runFolder?.noteSocket
    }

    private func serveMetrics() {
        guard let address = configuration.metrics else { return }
        metricsServer = MetricsServer(address, loop: loop, clock: clock, log: log) {
            [unowned statusCollector] in statusCollector.answer($0)
        }
    }

    private func writePidFile() throws(StartFailure) {
        guard case .inBackground(let path) = configuration.start else { return }
        do throws(Errno) {
            pidFile = try PidFile(path)
        } catch {
            runFolder?.close()
            throw .cannotMake(path, error)
        }
    }

    private func tellReady() {
        manager?.ready()
        guard case .inBackground = configuration.start else { return }
        do throws(Errno) {
            try BackgroundStart.tellReady()
        } catch {
            log.say("warning: /dev/null: \(error)")
        }
    }

    // MARK: The container's program

    /// What the program inherits stays open as long as it waits. If we kept it longer, mounts would stay busy, locks
    /// held and pipes open.
    private func leaveSurroundings() {
        CurrentProcess.leaveWorkingDirectory()
        if held == nil { CurrentProcess.closeInheritedDescriptors() }
        CurrentProcess.descriptorLimit.soft = CurrentProcess.descriptorLimit.hard
    }

    /// Starts the program when the downloads are complete. Stops when one of them has failed.
    private func followDownloads() {
        guard let downloads, configuration.downloads?.holdsProgram == true, shutdown == nil else {
            return
        }
        if let failure = downloads.failure {
            end(with: failure)
        } else if downloads.areComplete, let held {
            held.restoreSurroundings()
            let status = startProgram(held.program)
            self.held = nil
            leaveSurroundings()
            if let status { end(with: status) }
        }
    }

    /// Stops everything, because there is no program that could end.
    private func end(with status: CInt) {
        exitStatus = status
        beginShutdown()
        stopChildren()
    }

    /// Returns an exit code if the program cannot be started.
    private func startProgram(_ wanted: SupervisorConfiguration.Program) -> CInt? {
        do throws(Errno) {
            let program = try ContainerProgram(wanted, signals: inherited)
            self.program = .running(program)
            statusCollector.program = (wanted.words.map(\.description), program.pid)
            return nil
        } catch {
            if let shortage = ResourceShortage(spawning: error) {
                log.error("cannot start \(wanted.words[0]): \(shortage)")
                return ResourceShortage.exitStatus
            }
            log.error("cannot start \(wanted.words[0]): \(error)")
            return error == .noSuchFileOrDirectory ? 127 : 126
        }
    }

    private func handleSignals() {
        isSignalled = false
        while let signal = signals.nextReceived() {
            // Our own write to a broken pipe raised this SIGPIPE. Do not forward it.
            if signal.sender == getpid(), signal.number == SIGPIPE { continue }
            if signal.number == SIGCHLD {
                reap()
                if case .running(var program) = program {
                    program.goWithStop()
                    self.program = .running(program)
                }
            }
            if Self.own.contains(signal.number) { continue }
            if signal.number == SIGHUP { reloadAsTold() }
            log.debug("received signal \(signal.number) from process \(signal.sender)")
            if case .running(let program) = program {
                program.forward(signal.number)
                if signal.number == SIGTERM { beginShutdown() }
            } else if [SIGTERM, SIGINT, SIGQUIT].contains(signal.number) {
                end(with: downloads?.arePending == true ? 128 + signal.number : exitStatus)
            }
        }
    }

    private func beginShutdown() {
        guard shutdown == nil else { return }
        // While a program waits, nothing needs time to stop but the download.
        let isShort = held != nil || downloads?.isRunning == true && configuration.program == nil
        let grace = isShort ? configuration.grace.atMost(Downloads.patience) : configuration.grace
        shutdown = Shutdown(at: clock.now, grace: grace)
        downloads?.stop()
        statusCollector.isEnding = true
        manager?.stopping(statusCollector.summary)
    }

    private func stopChildren() {
        guard let shutdown else { return }
        children.stopAll(killAt: shutdown.end)
    }

    // MARK: Reaping

    private func reap() {
        while let zombie = Reaper.nextEnded() {
            children.willReap(zombie)
            downloads?.willReap(zombie)
            guard let end = Reaper.reap(zombie.pid) else { continue }
            children.didReap(zombie, end)
            // The new lines are served before anybody is told that the download is complete.
            if downloads?.didReap(zombie, end) == true { reload() }
            seederGuard?.didReap(zombie.pid, end)
            if case .running(let program) = program, zombie.pid == program.pid {
                self.program = .ended(program, end)
                beginShutdown()
                stopChildren()
            }
        }
    }

    /// Kills all remaining processes, as the kernel does when a PID 1 exits.
    private func sweep() {
        guard getpid() != 1 else { return }
        let giveUp = clock.now.advanced(by: .seconds(1))
        reap()
        while Reaper.hasChildren, clock.now < giveUp {
            for pid in ProcessTable.children(of: getpid()) { kill(pid, SIGKILL) }
            loop.runOnce(until: giveUp, clock: clock)
            handleSignals()
        }
    }

    // MARK: The seed list

    private func watchSeedLists() {
        for path in seedLists.paths {
            do throws(Errno) {
                watches.append(try SeedListWatch(path, loop: loop, clock: clock))
            } catch {
                log.warn("cannot watch \(path) for changes: \(error); send SIGHUP after a change")
            }
        }
    }

    private func reloadAsTold() {
        logDestination.reopen()
        manager?.reloading()
        reload()
        manager?.ready()
    }

    private func reload() {
        guard shutdown == nil, configuration.seeding.isOn else { return }
        do {
            let (list, faults) = try seedLists.read()
            statusCollector.fault = faults.first.map { seedLists.complaint($0) }
            if !faults.isEmpty { warn(of: faults) }
            guard faults.isEmpty || children.isEmpty else { return }
            if list.lines.isEmpty, faults.isEmpty, downloads?.arePending != true {
                log.say("there is nothing to seed: \(seedLists.names) is empty or missing")
            }
            log.debug("\(seedLists.names): \(list.lines.count) lines")
            try seedLists.serve(list)
            let (came, went) = children.apply(ServicePlan(list, hasServer: hasServer))
            if came + went > 0 { log.say("seed list: \(came) to start, \(went) to stop") }
        } catch {
            statusCollector.fault = "\(error)"
            log.error("\(error)")
        }
    }

    private func warn(of faults: [SeedLists.Fault]) {
        let others = faults.count > 1 ? ", and \(faults.count - 1) more" : ""
        let effect = children.isEmpty ? "" : "; the seeders that run are kept"
        log.warn("\(faults[0])\(others)\(effect)")
    }

    private func hasServer(_ backend: String) -> Bool {
        configuration.seeding.finder.find(BackendProgram(.serve, of: backend).fileName) != nil
    }
}
