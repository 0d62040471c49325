import CLinux
import CProcess
import Glibc
import SystemPackage

/// The signal state that this program inherited: the blocked signals, and whether SIGCHLD is
/// ignored. exec(3) passes both on. A supervisor must change both for itself.
public struct InheritedSignals: Sendable {
    /// The signals that were blocked.
    public let mask: SignalSet
    /// True if SIGCHLD was ignored. Nobody can wait for children in that state.
    public let ignoresChildren: Bool

    /// Blocks every signal, so that none is lost from now on, and returns the previous state.
    public static func take() -> InheritedSignals {
        let mask = SignalSet.all.block()
        let ignoresChildren = ignored(SIGCHLD)
        signal(SIGCHLD, SIG_DFL)
        return InheritedSignals(mask: mask, ignoresChildren: ignoresChildren)
    }

    /// True if a signal is ignored. A program inherits ignored signals from its parent.
    public static func ignored(_ number: CInt) -> Bool {
        var action = sigaction()
        sigaction(number, nil, &action)
        // SIG_IGN is not a function pointer and cannot be compared as one.
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }

    /// Starts `arguments` in its own process group with the inherited signal state. The first
    /// argument is searched for in PATH if it contains no slash. If `terminal` is given, the group
    /// gets its foreground, and leads the terminal's session if this process led it. Everything
    /// else is inherited. Also throws the error from exec(3).
    public func start(
        _ arguments: [ArgumentWord], inForegroundOf terminal: CInt?
    ) throws(Errno) -> pid_t {
        var argv = arguments.map { $0.copied() }
        defer { for word in argv { free(word) } }
        argv.append(nil)
        let pid = withUnsafePointer(to: mask.mask) {
            linux_start_program(
                argv, $0, ignoresChildren ? 1 : 0, terminal ?? -1, process_execute)
        }
        guard pid > 0 else { throw Errno(rawValue: -pid) }
        return pid
    }

    /// Restores the inherited state.
    public func restore() {
        if ignoresChildren { signal(SIGCHLD, SIG_IGN) }
        mask.setBlocked()
    }
}
