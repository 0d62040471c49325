import CProcess
import Glibc
import SystemPackage

/// Becoming another program: exec(3).
public enum Exec {
    /// Replaces this program by `program`, looked for in PATH where it holds no slash; `arguments`
    /// is its whole `argv`. A text without a `#!` is run by the shell, as execvp(3) does it; what is no program
    /// at all fails with `execFormatError`. Returns only on failure, with the cause.
    public static func replace(program: ArgumentWord, arguments: [ArgumentWord]) -> Errno {
        guard let path = program.copied() else { return .noMemory }
        var argv = arguments.map { $0.copied() }
        defer { for word in argv + [path] { free(word) } }
        argv.append(nil)
        process_execute(path, argv)
        return Errno(rawValue: errno)
    }
}
