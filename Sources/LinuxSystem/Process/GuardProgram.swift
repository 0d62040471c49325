import Glibc

/// A helper process that outlives its parent and then kills the processes that the parent started.
/// The kernel can signal only direct children of a dead process (PR_SET_PDEATHSIG), not
/// grandchildren. The helper sleeps until then.
public enum GuardProgram {
    /// The name under which our executable is called for this.
    public static let name = "pierdat-guard"

    /// The signal that the kernel sends when the parent dies.
    private static let sign = SIGTERM

    /// The argument with which the guard stops the processes while the parent is stopped.
    private static let stopping = "stop"
    /// How often it looks whether the parent is stopped, and how many looks in succession have to show that.
    private static let look = Duration.seconds(1)
    private static let mostLooks = 8
    /// How long the processes may take to end.
    private static let patience = Duration.seconds(5)

    /// The command that guards the processes started by `parent`. No signal is blocked, and `table` and `lock` are its
    /// only open descriptors. It has `lock` open until the processes have ended. With `stopsWithParent`, it stops them
    /// (SIGSTOP) if the parent has been stopped for a while; to continue them is the parent's task.
    public static func command(
        parent: pid_t, table: OwnedDescriptor, lock: OwnedDescriptor? = nil,
        stopsWithParent: Bool = false
    ) -> Command {
        let options = stopsWithParent ? [stopping] : []
        var command = Command(
            program: ExecutableFile.own.string, arguments: [name, String(parent)] + options)
        command.attributes.defaultSignals = .all
        // It prints nothing.
        command.attributes.standardStreams = .init(input: table, output: lock)
        return command
    }

    /// Waits until the parent dies, then kills the process groups in the table. Returns 64
    /// immediately if the arguments are invalid.
    public static func run(_ arguments: [String]) -> CInt {
        guard arguments.count >= 2, let parent = pid_t(arguments[1]) else { return 64 }
        // Only the parent's death, or SIGKILL, ends this process.
        let all = SignalSet.all
        all.block()
        CurrentProcess.setName(name)
        do {
            try CurrentProcess.die(withParent: parent, by: sign)
        } catch {
            return 71
        }
        if arguments.dropFirst(2).first == stopping {
            stop(with: parent)
        } else {
            while getppid() == parent { all.wait() }
        }
        let groups = ProcessGroupTable.groups(in: STDIN_FILENO)
        for group in groups { kill(-group, SIGKILL) }
        let deadline = ContinuousClock.now + patience
        while groups.contains(where: { kill(-$0, 0) == 0 }), .now < deadline { poll(nil, 0, 5) }
        return 0
    }

    /// Returns when the parent has died.
    private static func stop(with parent: pid_t) {
        var looks = 0
        while getppid() == parent {
            SignalSet.all.wait(atMost: look)
            looks = ProcessTable.isStopped(parent) ? looks + 1 : 0
            guard looks >= mostLooks else { continue }
            for group in ProcessGroupTable.groups(in: STDIN_FILENO) { kill(-group, SIGSTOP) }
        }
    }
}
