import Glibc
import SystemPackage

/// Collects children that have ended, our own and orphans that were handed to us.
public enum Reaper {
    /// A child that has ended and is still a zombie, so that neither its pid nor the number of its
    /// process group can be given to another.
    public struct Zombie: Sendable {
        /// Of the process that has ended.
        public let pid: pid_t
        /// Its process group.
        public let group: pid_t
    }

    /// A child that has ended and waits to be reaped; nil where there is none.
    public static func nextEnded() -> Zombie? {
        var information = siginfo_t()
        let result = waitid(P_ALL, 0, &information, WEXITED | WNOHANG | WNOWAIT)
        let pid = information._sifields._sigchld.si_pid
        return result == 0 && pid != 0 ? Zombie(pid: pid, group: getpgid(pid)) : nil
    }

    /// Whether the child `pid` has ended. It stays a zombie until it is reaped.
    public static func hasEnded(_ pid: pid_t) -> Bool {
        var information = siginfo_t()
        let result = waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT)
        return result == 0 && information._sifields._sigchld.si_pid == pid
    }

    /// Whether any child of ours, alive or a zombie, is in the process group `group`.
    public static func hasChildren(inGroup group: pid_t) -> Bool {
        var information = siginfo_t()
        return waitid(P_PGID, id_t(group), &information, WEXITED | WNOHANG | WNOWAIT) == 0
    }

    /// Whether we have any child at all, alive or a zombie.
    public static var hasChildren: Bool {
        var information = siginfo_t()
        return waitid(P_ALL, 0, &information, WEXITED | WNOHANG | WNOWAIT) == 0
    }

    /// The signal that has stopped the child `pid` since this was asked last; nil where none has.
    public static func takeStop(of pid: pid_t) -> CInt? {
        var information = siginfo_t()
        let result = waitid(P_PID, id_t(pid), &information, WSTOPPED | WNOHANG)
        let child = information._sifields._sigchld
        return result == 0 && child.si_pid == pid ? child.si_status : nil
    }

    /// Waits until the child `pid` has ended; nil if there is no such child.
    public static func wait(for pid: pid_t) -> TerminationStatus? {
        var status: Int32 = 0
        while true {
            if waitpid(pid, &status, 0) == pid { return TerminationStatus(waitStatus: status) }
            guard errno == EINTR else { return nil }
        }
    }

    /// Lets the zombie `pid` go, and tells how it ended.
    public static func reap(_ pid: pid_t) -> TerminationStatus? {
        var status: Int32 = 0
        return waitpid(pid, &status, WNOHANG) == pid ? TerminationStatus(waitStatus: status) : nil
    }
}
