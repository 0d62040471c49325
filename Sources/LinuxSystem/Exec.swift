import Glibc
import SystemPackage

/// Becoming another program: exec(3).
public enum Exec {
    /// Replaces this program by `program`, looked for in PATH where it holds no slash; `arguments`
    /// is its whole `argv`. Returns only on failure, with the cause.
    public static func replace(program: ArgumentWord, arguments: [ArgumentWord]) -> Errno {
        guard let path = program.copied() else { return .noMemory }
        var argv = arguments.map { $0.copied() }
        defer { for word in argv + [path] { free(word) } }
        argv.append(nil)
        execvp(path, argv)
        return Errno(rawValue: errno)
    }
}
