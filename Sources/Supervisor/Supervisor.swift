import Glibc
import LinuxSystem
import SystemPackage

/// Keeps a child running for each service in the seed list, next to the container's program.
/// Everything happens on one thread, which sleeps in the kernel while idle.
public final class Supervisor {
    private let configuration: SupervisorConfiguration
    private let clock = SuspendingClock()
    private let log: Log
    private var logDestination: LogDestination
    private let loop: EventLoop
    private let signals: SignalDescriptor
    private let environment = SeederEnvironment()
    private let seederGuard: SeederGuard?
    private let children: Children
    private let seeders: ListedSeeders
    private let downloads: Downloads?
    private let statusCollector: StatusCollector
    private let outlets: StatusOutlets
    private let program: ProgramRun?
    /// Our exit code if no program of a container ends.
    private var exitStatus: CInt = 0
    private var shutdown: Shutdown?
    private var isSignalled = false

    /// Signals handled here instead of being forwarded.
    private static let own: Set<CInt> = [SIGCHLD, SIGTTIN, SIGTTOU]

    /// Take `inherited` before any other thread is started.
    public init(
        _ configuration: SupervisorConfiguration, inheriting inherited: InheritedSignals
    ) throws(Errno) {
        self.configuration = configuration
        CurrentProcess.occupyClosedStreams()
        logDestination = LogDestination(configuration.log)
        log = logDestination.log
        loop = try EventLoop()
        signals = try SignalDescriptor(.all)
        let seeding = configuration.seeding
        let seedLists = try SeedLists(seeding.seedLists)
        let starter = ChildStarter(
            seedList: seedLists.served, environment: environment, finder: seeding.finder,
            descriptors: CurrentProcess.descriptorLimit.soft, loop: loop, log: log)
        // If PID 1 dies, the kernel kills all other processes.
        seederGuard =
            getpid() == 1 ? nil : try? SeederGuard(policy: seeding.restartPolicy, clock: clock)
        children = Children(
            starter: starter, seederGuard: seederGuard, policy: seeding.restartPolicy,
            grace: configuration.grace.total, log: log, clock: clock)
        downloads = configuration.downloads.map { [seederGuard, log, clock] in
            Downloads(
                $0, starter: starter, seederGuard: seederGuard, policy: seeding.restartPolicy,
                log: log, clock: clock)
        }
        statusCollector = StatusCollector(
            children, downloads: downloads, seedList: seedLists.written, clock: clock)
        seeders = ListedSeeders(
            seedLists, seeding, children: children, downloads: downloads,
            status: statusCollector, log: log)
        outlets = StatusOutlets(
            configuration, status: statusCollector, loop: loop, clock: clock, log: log)
        program = configuration.program.map { [log] in
            ProgramRun($0, signals: inherited, log: log)
        }
        _ = try loop.add(signals.descriptor) { [unowned self] in isSignalled = true }
    }

    /// Runs until the container's program ends or a signal stops us, and returns our exit code.
    /// Never throws if there is a program.
    public func run() throws(StartFailure) -> CInt {
        prepareProcess()
        if configuration.downloads?.holdsProgram == true {
            program?.hold()
        } else if let status = startProgram() {
            return status
        }
        leaveSurroundings()
        try outlets.open(for: children, downloads)
        environment.noteSocket = outlets.noteSocket
        for warning in configuration.warnings { log.warn("\(warning)") }
        logDestination.warnOfFailure()
        outlets.serveMetrics()
        seeders.begin(loop: loop, clock: clock)
        outlets.tellReady()
        while !isOver {
            act()
            log.flush()
            logDestination.watch(by: loop)
            loop.runOnce(until: deadline, clock: clock)
            if isSignalled { handleSignals() }
        }
        seederGuard?.dismiss()
        sweep()
        outlets.close()
        log.flush()
        return program?.finish() ?? exitStatus
    }

    private var isOver: Bool {
        if program?.isRunning == true { return false }
        return shutdown != nil && !children.areRunning && downloads?.isRunning != true
    }

    private var deadline: SuspendingClock.Instant? {
        [
            shutdown?.deadline, children.deadline, seeders.deadline, downloads?.deadline,
            outlets.deadline, seederGuard?.deadline,
        ].compactMap(\.self).min()
    }

    /// Performs the actions that are due.
    private func act() {
        seeders.act()
        downloads?.act()
        followDownloads()
        children.act()
        seederGuard?.act()
        switch shutdown?.next(at: clock.now) {
        case .stopSeeders: stopChildren()
        case .killProgram: program?.kill()
        case nil: break
        }
        outlets.act()
    }

    private func prepareProcess() {
        do throws(Errno) {
            if getpid() != 1 { try CurrentProcess.becomeSubreaper() }
            if configuration.diesWithParent { try CurrentProcess.dieWithParent(by: SIGTERM) }
        } catch {
            log.warn("prctl: \(error)")
        }
    }

    // MARK: The container's program

    /// What the program inherits stays open as long as it waits. If we kept it longer, mounts would stay busy, locks
    /// held and pipes open.
    private func leaveSurroundings() {
        CurrentProcess.leaveWorkingDirectory()
        if program?.isHeld != true { CurrentProcess.closeInheritedDescriptors() }
        CurrentProcess.descriptorLimit.soft = CurrentProcess.descriptorLimit.hard
    }

    /// Returns an exit code if there is a program that cannot be started.
    private func startProgram() -> CInt? {
        let status = program?.start()
        statusCollector.program = program?.started
        return status
    }

    /// Starts the program when the downloads are complete. Stops when one of them has failed.
    private func followDownloads() {
        guard let downloads, configuration.downloads?.holdsProgram == true, shutdown == nil else {
            return
        }
        if let failure = downloads.failure {
            end(with: failure)
        } else if downloads.areComplete, program?.isHeld == true {
            let status = startProgram()
            leaveSurroundings()
            if let status { end(with: status) }
        }
    }

    // MARK: Signals

    private func handleSignals() {
        isSignalled = false
        while let signal = signals.nextReceived() {
            // Our own write to a broken pipe raised this SIGPIPE. Do not forward it.
            if signal.sender == getpid(), signal.number == SIGPIPE { continue }
            if signal.number == SIGCHLD {
                reap()
                program?.goWithStop()
            }
            if Self.own.contains(signal.number) { continue }
            if signal.number == SIGHUP { reload() }
            log.debug("received signal \(signal.number) from process \(signal.sender)")
            if let program, program.isRunning {
                program.forward(signal.number)
                if signal.number == SIGTERM { beginShutdown() }
            } else if [SIGTERM, SIGINT, SIGQUIT].contains(signal.number) {
                end(with: downloads?.arePending == true ? 128 + signal.number : exitStatus)
            }
        }
    }

    private func reload() {
        logDestination.reopen()
        outlets.tell(ofReload: seeders.reload)
    }

    // MARK: The end

    /// Stops everything, because there is no program that could end.
    private func end(with status: CInt) {
        exitStatus = status
        beginShutdown()
        stopChildren()
    }

    private func beginShutdown() {
        guard shutdown == nil else { return }
        // While a program waits, nothing needs time to stop but the download.
        let isShort = program?.isHeld ?? (downloads?.isRunning == true)
        let grace = isShort ? configuration.grace.atMost(Downloads.patience) : configuration.grace
        shutdown = Shutdown(at: clock.now, grace: grace)
        downloads?.stop()
        seeders.end()
        outlets.tellStopping()
    }

    private func stopChildren() {
        guard let shutdown else { return }
        children.stopAll(killAt: shutdown.end)
    }

    private func reap() {
        while let zombie = Reaper.nextEnded() {
            outlets.takeNotes()
            children.willReap(zombie)
            downloads?.willReap(zombie)
            guard let end = Reaper.reap(zombie.pid) else { continue }
            children.didReap(zombie, end)
            // The new lines are served before anybody is told that the download is complete.
            if downloads?.didReap(zombie, end) == true { seeders.reload() }
            seederGuard?.didReap(zombie.pid, end)
            if program?.didReap(zombie.pid, end) == true {
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
}
