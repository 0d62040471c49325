import Glibc
import LinuxSystem
import SystemPackage

/// The user's own program, which runs as it would without us.
struct ContainerProgram {
    let pid: pid_t
    private var terminal: CInt?

    /// Starts it with the signals that we were started with, and in the foreground of the terminal
    /// where we are there.
    init(_ words: [ArgumentWord], signals: InheritedSignals) throws(Errno) {
        terminal = Self.foregroundTerminal
        pid = try signals.start(words, inForegroundOf: terminal)
    }

    func forward(_ signal: CInt, toGroup: Bool) {
        kill(toGroup ? -pid : pid, signal)
    }

    /// Goes with it when the terminal has stopped it (Ctrl-Z), so that the shell whose job we are has the
    /// terminal again; returns when the shell continues us. Where no shell is, nobody else would ever
    /// continue it.
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

    /// Gives the terminal back to whoever started us.
    func returnTerminal() {
        if let terminal { tcsetpgrp(terminal, getpgrp()) }
    }

    private static var foregroundTerminal: CInt? {
        [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO].first {
            isatty($0) == 1 && tcgetpgrp($0) == getpgrp()
        }
    }
}
