import Glibc
import SystemPackage

/// What /proc tells of a process.
struct ProcessStatus {
    let pid: pid_t

    /// A line of /proc/PID/status, without its name.
    subscript(field: String) -> String? {
        Self.text("/proc/\(pid)/status").split(separator: "\n").first { $0.hasPrefix(field + ":") }
            .map { $0.dropFirst(field.count + 1).drop { $0 == "\t" || $0 == " " } }.map(String.init)
    }

    /// A field that is a number, in kB or none.
    func number(_ field: String) -> Int {
        Int(self[field]?.prefix { $0.isNumber } ?? "") ?? 0
    }

    /// A set of signals, as in SigBlk.
    func signals(_ field: String) -> UInt64 {
        UInt64(self[field] ?? "", radix: 16) ?? 0
    }

    /// The descriptors that are open, with what they stand for.
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

    /// All of a small file.
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
