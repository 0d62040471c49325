import Glibc
import SystemPackage

/// The processes that there are: /proc, proc(5).
public enum ProcessTable {
    /// The pids of all processes; none where there is no /proc.
    public static var all: [pid_t] { numbers(in: "/proc") }

    /// The descriptors that this process has open; none where there is no /proc.
    static var descriptors: [CInt] { numbers(in: "/proc/self/fd") }

    private static func numbers(in path: FilePath) -> [Int32] {
        let names = (try? DirectoryStream(path).names()) ?? []
        return names.compactMap { Int32($0.string) }
    }

    /// The pids of the children of `parent`; none where there is no /proc.
    public static func children(of parent: pid_t) -> [pid_t] {
        all.filter { self.parent(of: $0) == parent }
    }

    /// The file that the process `pid` executes; nil where we may not know.
    public static func executable(of pid: pid_t) -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/\(pid)/exe", &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }

    /// Whether the process `pid` executes a file that the kernel does not tell us: it is another user's.
    public static func hidesExecutable(_ pid: pid_t) -> Bool {
        var byte: UInt8 = 0
        return readlink("/proc/\(pid)/exe", &byte, 1) < 0 && (errno == EACCES || errno == EPERM)
    }

    /// The user that the process `pid` runs as; nil if there is no such process.
    public static func user(of pid: pid_t) -> uid_t? {
        var information = stat()
        return stat("/proc/\(pid)", &information) == 0 ? information.st_uid : nil
    }

    /// The first 15 bytes of the name that it was executed by.
    public static func name(of pid: pid_t) -> String? {
        contents("comm", of: pid).map { String(decoding: $0.dropLast(), as: UTF8.self) }
    }

    /// Whether there is no process `pid`, or only what is left of it until its parent looks.
    public static func hasEnded(_ pid: pid_t) -> Bool {
        if kill(pid, 0) != 0, errno == ESRCH { return true }
        return contents("stat", of: pid).flatMap(fields(ofStat:))?.first == "Z"
    }

    /// The parent of the process `pid`.
    static func parent(of pid: pid_t) -> pid_t? {
        contents("stat", of: pid).flatMap(parent(inStat:))
    }

    /// The fourth field of a /proc/PID/stat.
    static func parent(inStat bytes: ArraySlice<UInt8>) -> pid_t? {
        guard let fields = fields(ofStat: bytes), fields.count > 1 else { return nil }
        return pid_t(fields[1])
    }

    /// The fields of a /proc/PID/stat from the third on, the state; the second, in brackets, may hold
    /// anything.
    private static func fields(ofStat bytes: ArraySlice<UInt8>) -> [String]? {
        guard let bracket = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        return bytes[(bracket + 1)...].split(separator: UInt8(ascii: " ")).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// What stands in one of the small files of /proc/PID; nil where nothing does.
    private static func contents(_ name: String, of pid: pid_t) -> ArraySlice<UInt8>? {
        let file = open("/proc/\(pid)/\(name)", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = read(file, &bytes, bytes.count)
        return count > 0 ? bytes[..<count] : nil
    }
}
