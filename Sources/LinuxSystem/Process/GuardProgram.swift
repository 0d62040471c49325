import Glibc

/// A helper process that outlives its parent and then kills the processes that the parent started.
/// The kernel can signal only direct children of a dead process (PR_SET_PDEATHSIG), not
/// grandchildren. The helper sleeps until then.
public enum GuardProgram {
    /// The name under which our executable is called for this.
    public static let name = "pierdat-guard"

    /// The signal that the kernel sends when the parent dies.
    private static let sign = SIGTERM

    /// The command that guards the processes started by `parent`. No signal is blocked, and `table`
    /// is its only open descriptor.
    public static func command(parent: pid_t, table: OwnedDescriptor) -> Command {
        var command = Command(
            program: ExecutableFile.own.string, arguments: [name, String(parent)])
        command.attributes.defaultSignals = .all
        command.attributes.standardStreams = .init(input: table)
        return command
    }

    /// Waits until the parent dies, then kills the process groups in the table. Returns 64
    /// immediately if the arguments are invalid.
    public static func run(_ arguments: [String]) -> CInt {
        guard arguments.count == 2, let parent = pid_t(arguments[1]) else { return 64 }
        // Only the parent's death, or SIGKILL, ends this process.
        let all = SignalSet.all
        all.block()
        CurrentProcess.setName(name)
        do {
            try CurrentProcess.die(withParent: parent, by: sign)
        } catch {
            return 71
        }
        while getppid() == parent { all.wait() }
        for group in ProcessGroupTable.groups(in: STDIN_FILENO) { kill(-group, SIGKILL) }
        return 0
    }
}
