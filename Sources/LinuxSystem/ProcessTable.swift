import Glibc

/// The processes that there are: /proc, proc(5).
public enum ProcessTable {
    /// The pids of all processes; none where there is no /proc.
    public static var all: [pid_t] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var pids: [pid_t] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let pid = pid_t(name) { pids.append(pid) }
        }
        return pids
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

    /// The parent of the process `pid`.
    static func parent(of pid: pid_t) -> pid_t? {
        contents("stat", of: pid).flatMap(parent(inStat:))
    }

    /// The fourth field of a /proc/PID/stat; the second, in brackets, may hold anything.
    static func parent(inStat bytes: ArraySlice<UInt8>) -> pid_t? {
        guard let bracket = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = bytes[(bracket + 1)...].split(separator: UInt8(ascii: " "))
        return fields.count > 1 ? pid_t(String(decoding: fields[1], as: UTF8.self)) : nil
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
