import CLinux
import Glibc
import SystemPackage

/// Settings that this process makes for itself.
public enum CurrentProcess {
    /// Makes orphaned descendants our children: PR_SET_CHILD_SUBREAPER, prctl(2).
    public static func becomeSubreaper() throws(Errno) {
        guard linux_become_subreaper() == 0 else { throw Errno(rawValue: errno) }
    }

    /// Delivers `signal` to us when our parent dies: PR_SET_PDEATHSIG, prctl(2).
    public static func die(withParent parent: pid_t, by signal: CInt) throws(Errno) {
        guard linux_die_with_parent(signal) == 0 else { throw Errno(rawValue: errno) }
        // The parent may have died before the prctl took effect.
        if getppid() != parent { kill(getpid(), signal) }
    }

    /// Sets the name that ps(1) shows and pkill(1) matches: the first 15 bytes of `name`.
    public static func setName(_ name: String) {
        _ = linux_set_name(name)
    }

    /// Delivers `signal` to us when our current parent dies.
    public static func dieWithParent(by signal: CInt) throws(Errno) {
        try die(withParent: getppid(), by: signal)
    }

    /// True if no shell can continue us after we are stopped at a terminal. POSIX calls this an
    /// orphaned process group.
    public static var isInOrphanedGroup: Bool {
        var parent = getppid()
        while parent > 0, getsid(parent) == getsid(0) {
            guard getpgid(parent) == getpgrp() else { return false }
            parent = ProcessTable.parent(of: parent) ?? 0
        }
        return true
    }

    /// The limit of open descriptors: RLIMIT_NOFILE, getrlimit(2).
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

    /// A soft limit and a hard limit.
    public struct DescriptorLimit: Sendable {
        /// The limit in force.
        public var soft: UInt
        /// The highest value that `soft` can be raised to.
        public var hard: UInt

        /// The kernel rejects limits with `soft` above `hard`.
        public init(soft: UInt, hard: UInt) {
            self.soft = soft
            self.hard = hard
        }
    }

    /// Resets the signals that glibc reserves for itself to their default action.
    public static func resetInternalSignals() {
        linux_reset_internal_signals()
    }

    /// Opens /dev/null on each closed standard stream, so that no other descriptor takes its
    /// number. These placeholders are close-on-exec.
    public static func occupyClosedStreams() {
        for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) < 0 {
            // open(2) returns the lowest free number, which is `stream`.
            _ = open("/dev/null", O_RDWR | O_CLOEXEC)
        }
    }

    /// Replaces stdin with /dev/null.
    public static func emptyInput() throws(Errno) {
        let empty = try OwnedDescriptor(takingOver: open("/dev/null", O_RDONLY | O_CLOEXEC))
        guard dup2(empty.rawValue, STDIN_FILENO) >= 0 else { throw Errno(rawValue: errno) }
    }

    /// Replaces stdin, stdout and stderr with /dev/null.
    public static func discardStreams() throws(Errno) {
        let null = try OwnedDescriptor(takingOver: open("/dev/null", O_RDWR | O_CLOEXEC))
        for stream in STDIN_FILENO...STDERR_FILENO {
            guard dup2(null.rawValue, stream) >= 0 else { throw Errno(rawValue: errno) }
        }
    }

    /// Closes all inherited descriptors except the standard streams. Our own descriptors are
    /// close-on-exec and stay open. Does nothing if /proc is not mounted.
    public static func closeInheritedDescriptors() {
        for descriptor in ProcessTable.descriptors where descriptor > STDERR_FILENO {
            let flags = fcntl(descriptor, F_GETFD)
            if flags >= 0, flags & FD_CLOEXEC == 0 { close(descriptor) }
        }
    }

    /// The working directory, to return to it later, even if it was deleted or may not be read. nil if descriptors are
    /// lacking.
    public static func openWorkingDirectory() -> OwnedDescriptor? {
        try? OwnedDescriptor(takingOver: open(".", linux_path_only | O_CLOEXEC))
    }

    /// Changes the working directory: fchdir(2).
    public static func changeDirectory(to folder: OwnedDescriptor) {
        fchdir(folder.rawValue)
    }

    /// Changes to `/`, so that this process keeps no mount busy.
    public static func leaveWorkingDirectory() {
        _ = chdir("/")
    }

    /// Changes the working directory: chdir(2).
    public static func changeDirectory(to folder: FilePath) throws(Errno) {
        guard folder.withPlatformString({ chdir($0) }) == 0 else { throw Errno(rawValue: errno) }
    }

    /// Lowers CPU, I/O and OOM priority. Ignores settings that the kernel refuses.
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
