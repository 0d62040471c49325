import Glibc
import LinuxSystem
import SystemPackage

/// The container's program from its wait for downloads to its end.
final class ProgramRun {
    private enum State {
        /// It waits for downloads.
        case held(HeldProgram)
        case running(ContainerProgram)
        case ended(ContainerProgram, TerminationStatus)
    }

    private let program: SupervisorConfiguration.Program
    private let signals: InheritedSignals
    private let log: Log
    /// nil before the start.
    private var state: State?

    /// The program will be started with `signals`.
    init(
        _ program: SupervisorConfiguration.Program, signals: InheritedSignals, log: Log
    ) {
        self.program = program
        self.signals = signals
        self.log = log
    }

    /// True while it waits for downloads.
    var isHeld: Bool { if case .held = state { true } else { false } }

    var isRunning: Bool { running != nil }

    /// The words of its command line, and its pid. nil before the start.
    var started: (words: [String], pid: pid_t)? {
        switch state {
        case .running(let started), .ended(let started, _):
            (program.words.map(\.description), started.pid)
        case .held, nil: nil
        }
    }

    private var running: ContainerProgram? {
        if case .running(let running) = state { running } else { nil }
    }

    /// Keeps what the program inherits until ``start()``. Call this before the working directory and the limit of
    /// descriptors change.
    func hold() {
        state = .held(HeldProgram())
    }

    /// Starts it. Returns an exit code if that fails.
    func start() -> CInt? {
        if case .held(let held) = state { held.restoreSurroundings() }
        state = nil
        do throws(Errno) {
            state = .running(try ContainerProgram(program, signals: signals))
            return nil
        } catch {
            if let shortage = ResourceShortage(spawning: error) {
                log.error("cannot start \(program.words[0]): \(shortage)")
                return ResourceShortage.exitStatus
            }
            log.error("cannot start \(program.words[0]): \(error)")
            return error == .noSuchFileOrDirectory ? 127 : 126
        }
    }

    /// Sends `signal` to it if it runs.
    func forward(_ signal: CInt) {
        running?.forward(signal)
    }

    /// Stops us when the terminal has stopped it.
    func goWithStop() {
        guard var running else { return }
        running.goWithStop()
        state = .running(running)
    }

    /// Kills its process group if it runs.
    func kill() {
        if let running { Glibc.kill(-running.pid, SIGKILL) }
    }

    /// Returns true if `pid` was the program, which has ended now.
    func didReap(_ pid: pid_t, _ end: TerminationStatus) -> Bool {
        guard let running, running.pid == pid else { return false }
        state = .ended(running, end)
        return true
    }

    /// Returns the terminal's foreground to us, and the exit code of the program. nil if it has not ended.
    func finish() -> CInt? {
        guard case .ended(let ended, let end) = state else { return nil }
        ended.returnTerminal()
        return end.exitStatus
    }
}
