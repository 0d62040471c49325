import LinuxSystem
import SystemPackage

/// Where others learn of our state: the sockets in the run folder, `/metrics`, the service manager, and the pid file.
final class StatusOutlets {
    private let configuration: SupervisorConfiguration
    private let status: StatusCollector
    private let loop: EventLoop
    private let clock: SuspendingClock
    private let log: Log
    private var runFolder: RunFolder?
    private var pidFile: PidFile?
    private var manager: ServiceManager?
    private var metricsServer: MetricsServer?

    /// Opens nothing yet.
    init(
        _ configuration: SupervisorConfiguration, status: StatusCollector, loop: EventLoop,
        clock: SuspendingClock, log: Log
    ) {
        self.configuration = configuration
        self.status = status
        self.loop = loop
        self.clock = clock
        self.log = log
    }

    /// Opens the run folder, in which `children` and `downloads` report. Throws if another daemon of this installation is
    /// running. With a program, continues anyway.
    func open(for children: Children, _ downloads: Downloads?) throws(StartFailure) {
        if let settings = configuration.serviceManager {
            manager = try? ServiceManager(settings, clock: clock)
        }
        do throws(StartFailure) {
            runFolder = try RunFolder(
                configuration.runFolder, loop: loop, clock: clock, children: children,
                downloads: downloads, status: status)
            try writePidFile()
        } catch {
            guard configuration.canDoWithoutRunFolder(error) else { throw error }
            log.warn("pierdat status and health cannot query this pierdatd: \(error)")
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

    /// Serves `/metrics`, if that is configured.
    func serveMetrics() {
        guard let address = configuration.metrics else { return }
        metricsServer = MetricsServer(address, loop: loop, clock: clock, log: log) {
            [unowned status] in status.answer($0)
        }
    }

    /// The value of NOTIFY_SOCKET for children. nil without a run folder.
    var noteSocket: String? { runFolder?.noteSocket }

    /// Takes what children have reported until now.
    func takeNotes() { runFolder?.takeNotes() }

    /// When the next action is due, nil if none is.
    var deadline: SuspendingClock.Instant? {
        [runFolder?.deadline, manager?.deadline, metricsServer?.deadline].compactMap(\.self).min()
    }

    /// Performs the actions that are due.
    func act() {
        runFolder?.act()
        metricsServer?.act()
        manager?.act(status: status.summary)
    }

    /// Tells whoever has started us that we are ready.
    func tellReady() {
        manager?.ready()
        guard case .inBackground = configuration.start else { return }
        do throws(Errno) {
            try BackgroundStart.tellReady()
        } catch {
            log.say("warning: /dev/null: \(error)")
        }
    }

    /// Tells the service manager of the beginning and the end of a `reload`.
    func tell(ofReload reload: () -> Void) {
        manager?.reloading()
        reload()
        manager?.ready()
    }

    /// Tells that we stop.
    func tellStopping() {
        status.isEnding = true
        manager?.stopping(status.summary)
    }

    /// Removes the sockets and the pid file.
    func close() {
        pidFile?.remove()
        runFolder?.close()
    }
}
