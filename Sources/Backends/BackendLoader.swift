import Glibc
import LinuxSystem
import SystemPackage

/// A program that `pierdat` starts in place of a backend. It registers with the guard, then becomes
/// the backend by exec(3). At no moment can `pierdat` be killed and leave the backend running.
public enum BackendLoader {
    /// The name under which our executable is called for this.
    public static let name = "pierdat-backend"

    /// The command that makes the loader execute `program`. It must lead a process group, and its
    /// standard input must be the guard's table.
    public static func command(_ program: FilePath, _ arguments: [String]) -> Command {
        Command(
            program: ExecutableFile.own.string,
            arguments: [name, String(getpid()), program.string] + arguments)
    }

    /// Becomes the backend. Returns only on failure: 127 if the program does not exist, 126 if it
    /// cannot be executed, 64 if the arguments are not from `pierdat`, 71 if it cannot register
    /// with the guard.
    public static func run(_ arguments: [ArgumentWord]) -> CInt {
        guard arguments.count > 2, let parent = arguments[1].text.flatMap({ pid_t($0) }) else {
            StandardError.say("\(name) is internal: only pierdat starts it", by: nil)
            return 64
        }
        do throws(Errno) {
            try ProcessGroupTable.insert(getpgrp(), in: STDIN_FILENO)
            try CurrentProcess.emptyInput()
        } catch {
            StandardError.say("cannot start \(arguments[2]): \(error)", by: nil)
            return 71
        }
        // If the parent died before we registered, the guard may have missed us.
        guard getppid() == parent else { return 128 + SIGKILL }
        let error = Exec.replace(program: arguments[2], arguments: Array(arguments[2...]))
        StandardError.say("cannot start \(arguments[2]): \(error)", by: nil)
        return error == .noSuchFileOrDirectory ? 127 : 126
    }
}
