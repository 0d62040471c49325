import Glibc
import LinuxSystem
import SystemPackage

/// The program that stands between `pierdat` and a backend: it has itself guarded, and then becomes the
/// backend by exec(3). So there is no moment at which `pierdat` could be killed and the backend go on.
public enum BackendLoader {
    /// The name that our executable is called by for this.
    public static let name = "pierdat-backend"

    static var executable: FilePath { ExecutableFile.own }

    /// The arguments to call it with, to become `program`. It has to lead a process group, and its standard
    /// input has to be the guard's table.
    static func arguments(_ program: FilePath, _ arguments: [String]) -> [String] {
        [String(getpid()), program.string] + arguments
    }

    /// Becomes the backend. Returns only where that fails: 127 where the program does not exist, 126 where
    /// it cannot be executed, 64 where the arguments are none of `pierdat`'s, 71 where it is not guarded.
    public static func run(_ arguments: [ArgumentWord]) -> CInt {
        guard arguments.count > 2, let parent = arguments[1].text.flatMap({ pid_t($0) }) else {
            say("\(name) is started by pierdat alone")
            return 64
        }
        do throws(Errno) {
            try ProcessGroupTable.insert(getpgrp(), in: STDIN_FILENO)
            try CurrentProcess.emptyInput()
        } catch {
            say("cannot start \(arguments[2]): \(error)")
            return 71
        }
        // Where it has been killed meanwhile, the guard may have looked before we were there.
        guard getppid() == parent else { return 128 + SIGKILL }
        let error = Exec.replace(program: arguments[2], arguments: Array(arguments[2...]))
        say("cannot start \(arguments[2]): \(error)")
        return error == .noSuchFileOrDirectory ? 127 : 126
    }

    private static func say(_ words: String) {
        _ = try? FileDescriptor.standardError.writeAll("\(words)\n".utf8)
    }
}
