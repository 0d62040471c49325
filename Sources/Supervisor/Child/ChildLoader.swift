import Glibc
import LinuxSystem
import SystemPackage

/// The program that stands between `pierdatd` and a child: it gives the new process what
/// posix_spawn(3) cannot, and then becomes the child by exec(3).
public enum ChildLoader {
    /// The name that our executable is called by for this.
    public static let name = "pierdatd-child"

    /// Never above the user's own program when processors are short.
    static let niceness: CInt = 10
    /// So much sooner the kernel kills a seeder than what `pierdatd` itself would be.
    static let outOfMemoryScore = 500

    /// The arguments to call it with, to become `program`, which ends with `parent` and may have so
    /// many `descriptors`.
    static func arguments(
        parent: pid_t, descriptors: UInt, program: String, arguments: [String]
    ) -> [String] {
        [name, String(parent), String(descriptors), program] + arguments
    }

    /// Becomes the child. Returns only where that fails: 127 where the program does not exist, 126
    /// where it cannot be executed, 64 where the arguments are none of `pierdatd`'s.
    public static func run(_ arguments: [String]) -> CInt {
        guard arguments.count > 4, let parent = pid_t(arguments[1]),
            let descriptors = UInt(arguments[2])
        else {
            say("\(name) is started by pierdatd alone")
            return 64
        }
        try? CurrentProcess.die(withParent: parent, by: SIGKILL)
        CurrentProcess.giveWay(niceness: niceness, outOfMemoryScore: outOfMemoryScore)
        CurrentProcess.descriptorLimit.soft = descriptors
        CurrentProcess.resetInternalSignals()
        let error = Exec.replace(
            program: ArgumentWord(arguments[3]), arguments: arguments[4...].map { ArgumentWord($0) }
        )
        say("cannot start \(arguments[3]): \(error)")
        return error == .noSuchFileOrDirectory ? 127 : 126
    }

    private static func say(_ words: String) {
        _ = try? FileDescriptor.standardError.writeAll("\(words)\n".utf8)
    }
}
