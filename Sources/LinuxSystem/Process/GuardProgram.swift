import Glibc

/// The program that outlives one that is killed, and kills what that had started: the kernel does so with
/// a child, but not with what the child has started. It sleeps until then.
public enum GuardProgram {
    /// The name that our executable is called by for this.
    public static let name = "pierdat-guard"

    /// The kernel's word that the parent has died.
    private static let sign = SIGTERM

    /// The command that guards what `parent` starts, with nothing blocked and no open descriptor but
    /// the table's.
    public static func command(parent: pid_t, table: OwnedDescriptor) -> Command {
        var command = Command(
            program: ExecutableFile.own.string, arguments: [name, String(parent)])
        command.attributes.defaultSignals = .all
        command.attributes.standardStreams = .init(input: table)
        return command
    }

    /// Waits for the end of its parent. Returns at once with 64 where the arguments are none of
    /// ours.
    public static func run(_ arguments: [String]) -> CInt {
        guard arguments.count == 2, let parent = pid_t(arguments[1]) else { return 64 }
        // It ends with its parent, and by nothing else that can be helped.
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
