import Glibc
import SystemPackage

/// Reaps ended children: our own, and orphans that were reparented to us.
public enum Reaper {
    /// An ended child that is not yet reaped, so its pid and its process group ID cannot be reused.
    public struct Zombie: Sendable {
        /// The pid of the ended process.
        public let pid: pid_t
        /// Its process group.
        public let group: pid_t
    }

    /// An ended child that can be reaped. nil if there is none.
    public static func nextEnded() -> Zombie? {
        var information = siginfo_t()
        let result = waitid(P_ALL, 0, &information, WEXITED | WNOHANG | WNOWAIT)
        let pid = information._sifields._sigchld.si_pid
        return result == 0 && pid != 0 ? Zombie(pid: pid, group: getpgid(pid)) : nil
    }

    /// True if the child `pid` has ended. It stays a zombie until it is reaped.
    public static func hasEnded(_ pid: pid_t) -> Bool {
        var information = siginfo_t()
        let result = waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT)
        return result == 0 && information._sifields._sigchld.si_pid == pid
    }

    /// True if any child of ours, alive or a zombie, is in the process group `group`.
    public static func hasChildren(inGroup group: pid_t) -> Bool {
        var information = siginfo_t()
        return waitid(P_PGID, id_t(group), &information, WEXITED | WNOHANG | WNOWAIT) == 0
    }

    /// True if we have any child, alive or a zombie.
    public static var hasChildren: Bool {
        var information = siginfo_t()
        return waitid(P_ALL, 0, &information, WEXITED | WNOHANG | WNOWAIT) == 0
    }

    /// The signal that stopped the child `pid` since the last call. nil if it was not stopped.
    public static func takeStop(of pid: pid_t) -> CInt? {
        var information = siginfo_t()
        let result = waitid(P_PID, id_t(pid), &information, WSTOPPED | WNOHANG)
        let child = information._sifields._sigchld
        return result == 0 && child.si_pid == pid ? child.si_status : nil
    }

    /// Waits until the child `pid` has ended. nil if there is no such child.
    public static func wait(for pid: pid_t) -> TerminationStatus? {
        var status: Int32 = 0
        while true {
            if waitpid(pid, &status, 0) == pid { return TerminationStatus(waitStatus: status) }
            guard errno == EINTR else { return nil }
        }
    }

    /// Reaps the zombie `pid` and returns how it ended.
    public static func reap(_ pid: pid_t) -> TerminationStatus? {
        var status: Int32 = 0
        return waitpid(pid, &status, WNOHANG) == pid ? TerminationStatus(waitStatus: status) : nil
    }
}
