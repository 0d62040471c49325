import Glibc
import SystemPackage

/// Becoming another program: exec(3).
public enum Exec {
    /// Replaces this program by `program`, looked for in PATH where it holds no slash; `arguments`
    /// is its whole `argv`. Returns only on failure, with the cause.
    public static func replace(program: String, arguments: [String]) -> Errno {
        var argv = arguments.map { strdup($0) }
        defer { for word in argv { free(word) } }
        argv.append(nil)
        execvp(program, argv)
        return Errno(rawValue: errno)
    }
}
