import Glibc
import SystemPackage

/// The running processes: /proc, proc(5).
public enum ProcessTable {
    /// The pids of all processes. Empty if /proc is not mounted.
    public static var all: [pid_t] { numbers(in: "/proc") }

    /// The open descriptors of this process. Empty if /proc is not mounted.
    static var descriptors: [CInt] { numbers(in: "/proc/self/fd") }

    private static func numbers(in path: FilePath) -> [Int32] {
        let names = (try? DirectoryStream(path).names()) ?? []
        return names.compactMap { Int32($0.string) }
    }

    /// The pids of the children of `parent`. Empty if /proc is not mounted.
    public static func children(of parent: pid_t) -> [pid_t] {
        all.filter { self.parent(of: $0) == parent }
    }

    /// The pids of the children of `ancestor`, of their children, and so on. Empty if /proc is not mounted.
    public static func descendants(of ancestor: pid_t) -> [pid_t] {
        let parents = all.compactMap { pid in parent(of: pid).map { (pid: pid, parent: $0) } }
        let children = Dictionary(grouping: parents, by: \.parent).mapValues { $0.map(\.pid) }
        var found: [pid_t] = []
        var next = children[ancestor] ?? []
        while !next.isEmpty {
            found += next
            next = next.flatMap { children[$0] ?? [] }
        }
        return found
    }

    /// The path of the file that process `pid` executes. nil if we may not read it.
    public static func executable(of pid: pid_t) -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/\(pid)/exe", &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }

    /// True if we may not read which file process `pid` executes, because it belongs to another
    /// user.
    public static func hidesExecutable(_ pid: pid_t) -> Bool {
        var byte: UInt8 = 0
        return readlink("/proc/\(pid)/exe", &byte, 1) < 0 && (errno == EACCES || errno == EPERM)
    }

    /// The user of process `pid`. nil if the process does not exist.
    public static func user(of pid: pid_t) -> uid_t? {
        var information = stat()
        return stat("/proc/\(pid)", &information) == 0 ? information.st_uid : nil
    }

    /// The command name of process `pid`: the first 15 bytes of its file name.
    public static func name(of pid: pid_t) -> String? {
        contents("comm", of: pid).map { String(decoding: $0.dropLast(), as: UTF8.self) }
    }

    /// True if process `pid` is in a PID namespace below that of /proc, as the processes of a container are for its host.
    public static func isInInnerNamespace(_ pid: pid_t) -> Bool {
        let lines = contents("status", of: pid)?.split(separator: UInt8(ascii: "\n")) ?? []
        // The pid in each namespace, from that of /proc to its own.
        let line = lines.first { $0.starts(with: "NStgid:".utf8) }
        return line.map { $0.count { $0 == UInt8(ascii: "\t") } > 1 } ?? false
    }

    /// True if process `pid` does not exist or is a zombie.
    public static func hasEnded(_ pid: pid_t) -> Bool {
        if kill(pid, 0) != 0, errno == ESRCH { return true }
        return contents("stat", of: pid).flatMap(fields(ofStat:))?.first == "Z"
    }

    /// True if process `pid` is stopped by a signal or a debugger.
    static func isStopped(_ pid: pid_t) -> Bool {
        ["T", "t"].contains(contents("stat", of: pid).flatMap(fields(ofStat:))?.first)
    }

    /// The parent of the process `pid`.
    public static func parent(of pid: pid_t) -> pid_t? {
        contents("stat", of: pid).flatMap(parent(inStat:))
    }

    /// The fourth field of a /proc/PID/stat.
    static func parent(inStat bytes: ArraySlice<UInt8>) -> pid_t? {
        guard let fields = fields(ofStat: bytes), fields.count > 1 else { return nil }
        return pid_t(fields[1])
    }

    /// The fields of /proc/PID/stat from the third (the state) on. The second field, in
    /// parentheses, may contain anything.
    private static func fields(ofStat bytes: ArraySlice<UInt8>) -> [String]? {
        guard let bracket = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        return bytes[(bracket + 1)...].split(separator: UInt8(ascii: " ")).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// The first 512 bytes of a file in /proc/PID. nil if it is empty or cannot be read.
    private static func contents(_ name: String, of pid: pid_t) -> ArraySlice<UInt8>? {
        let file = open("/proc/\(pid)/\(name)", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = read(file, &bytes, bytes.count)
        return count > 0 ? bytes[..<count] : nil
    }
}
