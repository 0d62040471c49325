import CLinux
import CProcess
import Glibc
import SystemPackage

/// What a program is started with as to signals: those that are blocked, and whether the ends of its
/// children are ignored. Both are handed on by exec(3), and both have to be otherwise in a supervisor.
public struct InheritedSignals: Sendable {
    /// The signals that were blocked.
    public let mask: SignalSet
    /// SIGCHLD was ignored, so that nobody could have waited for a child.
    public let ignoresChildren: Bool

    /// Blocks every signal, so that none that comes from now on is lost, and tells what was before.
    public static func take() -> InheritedSignals {
        let mask = SignalSet.all.block()
        let ignoresChildren = ignored(SIGCHLD)
        signal(SIGCHLD, SIG_DFL)
        return InheritedSignals(mask: mask, ignoresChildren: ignoresChildren)
    }

    /// Tells whether a signal is ignored, as it is from the start where our parent ignored it.
    public static func ignored(_ number: CInt) -> Bool {
        var action = sigaction()
        sigaction(number, nil, &action)
        // SIG_IGN, which is no function that could be compared.
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }

    /// Starts `arguments`, the first of which is looked for in PATH where it holds no slash, as a
    /// process group of its own, with these signals; in the foreground of `terminal` where there is
    /// one, and as the leader of its session where we were that. All else of it is as it is here. The error is that of exec(3), too.
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

    /// Makes everything as it was.
    public func restore() {
        if ignoresChildren { signal(SIGCHLD, SIG_IGN) }
        mask.setBlocked()
    }
}
