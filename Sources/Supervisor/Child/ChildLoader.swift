import Glibc
import LinuxSystem
import SystemPackage

/// A program that `pierdatd` starts in place of a child. It sets the attributes that posix_spawn(3)
/// cannot set, then becomes the child by exec(3).
public enum ChildLoader {
    /// The name under which our executable is called for this.
    public static let name = "pierdatd-child"

    /// Seeders yield to the user's program when CPU time is scarce.
    static let niceness: CInt = 10
    /// Added to `oom_score_adj`, so that the kernel kills a seeder before `pierdatd`.
    static let outOfMemoryScore = 500

    /// The arguments that make the loader execute `program`. The child is killed when `parent`
    /// dies, and its soft limit of open files is `descriptors`. If it `givesWay`, it has a low priority.
    static func arguments(
        parent: pid_t, descriptors: UInt, givesWay: Bool, program: String, arguments: [String]
    ) -> [String] {
        [name, String(parent), String(descriptors), givesWay ? "low" : "same", program] + arguments
    }

    /// Becomes the child. Returns only on failure: 127 if the program does not exist, 126 if it
    /// cannot be executed, 64 if the arguments are not from `pierdatd`.
    public static func run(_ arguments: [String]) -> CInt {
        guard arguments.count > 5, let parent = pid_t(arguments[1]),
            let descriptors = UInt(arguments[2])
        else {
            StandardError.say("\(name) is internal: only pierdatd starts it", by: nil)
            return 64
        }
        try? CurrentProcess.die(withParent: parent, by: SIGKILL)
        if arguments[3] == "low" {
            CurrentProcess.giveWay(niceness: niceness, outOfMemoryScore: outOfMemoryScore)
        }
        CurrentProcess.descriptorLimit.soft = descriptors
        CurrentProcess.resetInternalSignals()
        let error = Exec.replace(
            program: ArgumentWord(arguments[4]), arguments: arguments[5...].map { ArgumentWord($0) }
        )
        StandardError.say("cannot start \(arguments[4]): \(error)", by: nil)
        return error == .noSuchFileOrDirectory ? 127 : 126
    }
}
