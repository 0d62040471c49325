import CProcess
import Glibc
import SystemPackage

/// Replaces this program with another: exec(3).
public enum Exec {
    /// Executes `program`, searching PATH if it contains no slash. `arguments` is the whole `argv`.
    /// As in execvp(3), a text file without `#!` is run by the shell. A file that is not a program
    /// fails with `execFormatError`. Returns the error; does not return on success.
    public static func replace(program: ArgumentWord, arguments: [ArgumentWord]) -> Errno {
        guard let path = program.copied() else { return .noMemory }
        var argv = arguments.map { $0.copied() }
        defer { for word in argv + [path] { free(word) } }
        argv.append(nil)
        process_execute(path, argv)
        return Errno(rawValue: errno)
    }
}
