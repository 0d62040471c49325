import CLinux
import Glibc
import SystemPackage

/// What this process says of itself to the kernel.
public enum CurrentProcess {
    /// Orphans among our descendants become our children: PR_SET_CHILD_SUBREAPER, prctl(2).
    public static func becomeSubreaper() throws(Errno) {
        guard linux_become_subreaper() == 0 else { throw Errno(rawValue: errno) }
    }

    /// We get `signal` when our parent dies: PR_SET_PDEATHSIG, prctl(2).
    public static func die(withParent parent: pid_t, by signal: CInt) throws(Errno) {
        guard linux_die_with_parent(signal) == 0 else { throw Errno(rawValue: errno) }
        // It may have died before the kernel was told.
        if getppid() != parent { kill(getpid(), signal) }
    }

    /// Lets all other programs go first, at the processor, at disks, and when memory runs out. What
    /// the kernel does not permit is left as it is.
    public static func giveWay(niceness: CInt, outOfMemoryScore: Int) {
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
        _ = linux_set_idle_io_priority()
        let score = (outOfMemoryScoreAdjustment ?? 0) + outOfMemoryScore
        let file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        defer { close(file) }
        let text = Array(String(min(1000, score)).utf8)
        _ = write(file, text, text.count)
    }

    private static var outOfMemoryScoreAdjustment: Int? {
        let file = open("/proc/self/oom_score_adj", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = read(file, &bytes, bytes.count)
        guard count > 0 else { return nil }
        return Int(String(decoding: bytes[..<count].prefix { $0 != 10 }, as: UTF8.self))
    }
}
