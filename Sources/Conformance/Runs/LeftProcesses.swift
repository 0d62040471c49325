import CLinux
import Glibc
import LinuxSystem
import SystemPackage

/// The processes that outlive the program that started them.
enum LeftProcesses {
    /// A process that is about to end, because the program closed its pipe, gets this time.
    private static let patience = Duration.milliseconds(500)

    /// Ends all our children except `others`, and returns those that did not end by themselves. `leader` is the
    /// ended program, whose process group had the same number.
    static func end(
        of leader: pid_t, except others: Set<pid_t>
    ) throws(Errno) -> [Observation.LeftProcess] {
        let deadline = ContinuousClock.now + patience
        while let pid = running(except: others).first, ContinuousClock.now < deadline {
            try wait(for: pid, until: deadline)
        }
        let left = running(except: others).map { pid in
            Observation.LeftProcess(
                name: ProcessTable.name(of: pid) ?? "a process", isInGroup: getpgid(pid) == leader)
        }
        // Its children become ours when a process is killed.
        while case let pids = running(except: others), !pids.isEmpty {
            for pid in pids {
                kill(pid, SIGKILL)
                _ = Reaper.wait(for: pid)
            }
        }
        return left
    }

    /// The children that are still running. Reaps the others.
    private static func running(except others: Set<pid_t>) -> [pid_t] {
        ProcessTable.children(of: getpid()).filter { pid in
            !others.contains(pid) && Reaper.reap(pid) == nil
        }
    }

    private static func wait(for pid: pid_t, until deadline: ContinuousClock.Instant) throws(Errno)
    {
        let events = try Epoll()
        let end = try OwnedDescriptor(takingOver: linux_pidfd_open(pid))
        try events.add(end, token: 0)
        _ = try events.wait(timeout: ContinuousClock.now.duration(to: deadline))
    }
}
