import Foundation
import Glibc
import LinuxSystem
import SystemPackage

/// Executable files.
public enum Script {
    /// Writes an executable file. No descriptor of this process is ever open for writing on it: a
    /// concurrent fork in another test would inherit the descriptor, and the kernel does not
    /// execute a file that is open for writing (ETXTBSY, "Text file busy").
    public static func write(_ text: String, to path: FilePath, mode: Int = 0o755) throws {
        try write(Data(text.utf8), to: path, mode: mode)
    }

    static func write(_ contents: Data, to path: FilePath, mode: Int = 0o755) throws {
        let source = FilePath(FileManager.default.temporaryDirectory.path)
            .appending("pierdat-script-\(UUID().uuidString)")
        try contents.write(to: URL(filePath: source.string))
        defer { try? FileManager.default.removeItem(atPath: source.string) }
        try run("install", "-m", String(mode, radix: 8), source.string, path.string)
    }

    /// Runs a program that writes files on our behalf.
    public static func run(_ program: String, _ arguments: String...) throws {
        let command = LinuxSystem.Command(program: program, arguments: [program] + arguments)
        let pid = try command.spawn()
        var status: CInt = 0
        while waitpid(pid, &status, 0) < 0 {
            guard errno == EINTR else { throw Errno(rawValue: errno) }
        }
        guard status == 0 else {
            throw FixtureError("\(program) \(arguments.joined(separator: " ")) failed")
        }
    }
}
