import Glibc
import LinuxSystem
import SystemPackage

/// The container's own program. It runs as it would without `pierdatd`.
struct ContainerProgram {
    let pid: pid_t
    private let forwardsToGroup: Bool
    private var terminal: CInt?

    /// Starts the program with the signals that we inherited. If we are in the foreground of a
    /// terminal, the program takes over the foreground.
    init(
        _ program: SupervisorConfiguration.Program, signals: InheritedSignals
    ) throws(Errno) {
        forwardsToGroup = program.forwardsToGroup
        terminal = Self.foregroundTerminal
        pid = try signals.start(program.words, inForegroundOf: terminal)
    }

    func forward(_ signal: CInt) {
        kill(forwardsToGroup ? -pid : pid, signal)
    }

    /// Stops us when the terminal has stopped the program (Ctrl-Z), so that the shell gets the
    /// terminal back. Returns when the shell continues us. If we have no shell, continues the
    /// program immediately, because nobody else would.
    mutating func goWithStop() {
        guard let signal = Reaper.takeStop(of: pid) else { return }
        if CurrentProcess.isInOrphanedGroup {
            if signal == SIGTSTP { kill(-pid, SIGCONT) }
        } else if [SIGTSTP, SIGTTIN, SIGTTOU].contains(signal) {
            kill(0, SIGSTOP)
            if let terminal = Self.foregroundTerminal {
                self.terminal = terminal
                tcsetpgrp(terminal, pid)
            }
            kill(-pid, SIGCONT)
        }
    }

    /// Returns the terminal's foreground to our own process group.
    func returnTerminal() {
        if let terminal { tcsetpgrp(terminal, getpgrp()) }
    }

    private static var foregroundTerminal: CInt? {
        [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO].first {
            isatty($0) == 1 && tcgetpgrp($0) == getpgrp()
        }
    }
}
