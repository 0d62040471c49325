import Glibc
import SystemPackage

/// The state of a process in /proc.
struct ProcessStatus {
    let pid: pid_t

    /// A line of /proc/PID/status without its name.
    subscript(field: String) -> String? {
        Self.text("/proc/\(pid)/status").split(separator: "\n").first { $0.hasPrefix(field + ":") }
            .map { $0.dropFirst(field.count + 1).drop { $0 == "\t" || $0 == " " } }.map(String.init)
    }

    /// A numeric field, in kB if it is a size.
    func number(_ field: String) -> Int {
        Int(self[field]?.prefix { $0.isNumber } ?? "") ?? 0
    }

    /// A set of signals, such as SigBlk.
    func signals(_ field: String) -> UInt64 {
        UInt64(self[field] ?? "", radix: 16) ?? 0
    }

    /// The open descriptors and their targets.
    var descriptors: [Int: String] {
        var found: [Int: String] = [:]
        for name in Self.names(in: "/proc/\(pid)/fd") {
            guard let number = Int(name) else { continue }
            var buffer = [CChar](repeating: 0, count: 4096)
            let count = readlink("/proc/\(pid)/fd/\(name)", &buffer, buffer.count - 1)
            if count >= 0 {
                found[number] = String(
                    decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
            }
        }
        return found
    }

    /// The working directory: /proc/PID/cwd.
    var workingDirectory: String? {
        realpath("/proc/\(pid)/cwd", nil).map { path in
            defer { free(path) }
            return String(cString: path)
        }
    }

    /// A field of /proc/PID/stat by its number in proc(5), from the third on.
    private func statistic(_ number: Int) -> Int {
        let text = Self.text("/proc/\(pid)/stat")
        guard let bracket = text.lastIndex(of: ")") else { return 0 }
        let fields = text[bracket...].split(separator: " ").dropFirst()
        return fields.count > number - 3 ? Int(fields[fields.startIndex + number - 3]) ?? 0 : 0
    }

    var group: pid_t { pid_t(statistic(5)) }

    /// The device number of the controlling terminal. 0 if there is none.
    var terminal: Int { statistic(7) }

    /// The foreground process group of its terminal.
    var foregroundGroup: pid_t { pid_t(statistic(8)) }

    /// False if it has ended or is a zombie.
    var isAlive: Bool {
        let state = self["State"]?.first
        return state != nil && state != "Z"
    }

    var arguments: [String] {
        Self.text("/proc/\(pid)/cmdline").split(separator: "\0").map(String.init)
    }

    /// Its CPU time: the first number in /proc/PID/schedstat.
    var processorTime: Duration {
        let nanoseconds = Self.text("/proc/\(pid)/schedstat").split(separator: " ").first
        return .nanoseconds(Int(nanoseconds ?? "") ?? 0)
    }

    /// The number of voluntary and involuntary context switches.
    var contextSwitches: Int {
        number("voluntary_ctxt_switches") + number("nonvoluntary_ctxt_switches")
    }

    /// The contents of a small file.
    static func text(_ path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(file, &chunk, chunk.count)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
    }

    private static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names
    }
}
