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

    /// What ps(1) shows us as, and pkill(1) finds us by: the first 15 bytes of `name`.
    public static func setName(_ name: String) {
        _ = linux_set_name(name)
    }

    /// What we do after our parent has died is up to us no more: `signal` comes then.
    public static func dieWithParent(by signal: CInt) throws(Errno) {
        try die(withParent: getppid(), by: signal)
    }

    /// Whether nobody is there who continues us when we are stopped at a terminal, as a shell continues
    /// its jobs: an orphaned process group, in POSIX's words.
    public static var isInOrphanedGroup: Bool {
        var parent = getppid()
        while parent > 0, getsid(parent) == getsid(0) {
            guard getpgid(parent) == getpgrp() else { return false }
            parent = ProcessTable.parent(of: parent) ?? 0
        }
        return true
    }

    /// How many descriptors may be open at once: RLIMIT_NOFILE, getrlimit(2).
    public static var descriptorLimit: DescriptorLimit {
        get {
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            return DescriptorLimit(soft: limit.rlim_cur, hard: limit.rlim_max)
        }
        set {
            var limit = rlimit(rlim_cur: newValue.soft, rlim_max: newValue.hard)
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
    }

    /// A limit that holds, and the one up to which we may raise it.
    public struct DescriptorLimit: Sendable {
        /// What is in force.
        public var soft: UInt
        /// What `soft` may be raised to.
        public var hard: UInt

        public init(soft: UInt, hard: UInt) {
            self.soft = soft
            self.hard = hard
        }
    }

    /// The signals that glibc keeps for itself get their default action, too.
    public static func resetInternalSignals() {
        linux_reset_internal_signals()
    }

    /// Gives the standard streams that are closed a place-holder, which ends at exec, so that no
    /// descriptor of ours takes their numbers.
    public static func occupyClosedStreams() {
        for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) < 0 {
            // The lowest free number is this one.
            _ = open("/dev/null", O_RDWR | O_CLOEXEC)
        }
    }

    /// Puts /dev/null in the place of what stdin is.
    public static func emptyInput() throws(Errno) {
        let empty = try OwnedDescriptor(takingOver: open("/dev/null", O_RDONLY | O_CLOEXEC))
        guard dup2(empty.rawValue, STDIN_FILENO) >= 0 else { throw Errno(rawValue: errno) }
    }

    /// Puts /dev/null in the place of stdin, stdout and stderr.
    public static func discardStreams() throws(Errno) {
        let null = try OwnedDescriptor(takingOver: open("/dev/null", O_RDWR | O_CLOEXEC))
        for stream in STDIN_FILENO...STDERR_FILENO {
            guard dup2(null.rawValue, stream) >= 0 else { throw Errno(rawValue: errno) }
        }
    }

    /// Closes every descriptor but the standard streams that our caller left open for us: what we open
    /// ourselves is close-on-exec. None, if there is no /proc.
    public static func closeInheritedDescriptors() {
        for descriptor in ProcessTable.descriptors where descriptor > STDERR_FILENO {
            let flags = fcntl(descriptor, F_GETFD)
            if flags >= 0, flags & FD_CLOEXEC == 0 { close(descriptor) }
        }
    }

    /// Moves to `/`, so that we keep no mount busy.
    public static func leaveWorkingDirectory() {
        _ = chdir("/")
    }

    /// Lets all other programs go first, at the processor, at disks, and when memory runs out. What
    /// the kernel does not permit is left as it is.
    public static func giveWay(niceness: CInt, outOfMemoryScore: Int) {
        let which = __priority_which_t(PRIO_PROCESS.rawValue)
        setpriority(which, 0, max(niceness, getpriority(which, 0)))
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
