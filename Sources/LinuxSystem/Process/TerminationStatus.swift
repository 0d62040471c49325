import Glibc

/// How a process ended: wait(2).
public enum TerminationStatus: Equatable, Sendable, CustomStringConvertible {
    case exited(Int32)
    case killed(signal: Int32)

    /// Decodes a status from waitpid(2).
    init(waitStatus: Int32) {
        let signal = waitStatus & 0x7f
        self = signal == 0 ? .exited((waitStatus >> 8) & 0xff) : .killed(signal: signal)
    }

    /// The exit code as a shell reports it: 128+n for signal n.
    public var exitStatus: Int32 {
        switch self {
        case .exited(let status): status
        case .killed(let signal): 128 + signal
        }
    }

    /// A predicate for a message: "ended with status 1", "was killed by signal 9 (Killed)".
    public var description: String {
        switch self {
        case .exited(let status): "ended with status \(status)"
        case .killed(let signal):
            "was killed by signal \(signal) (\(String(cString: strsignal(signal))))"
        }
    }
}
