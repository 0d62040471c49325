import Foundation
import Glibc

/// All processes at one moment: /proc/PID/stat, proc(5).
struct ProcessSnapshot: Sendable {
    struct Entry: Sendable {
        let pid: pid_t
        let parent: pid_t
        let name: String
    }

    private let childrenOf: [pid_t: [Entry]]

    init() {
        var entries: [Entry] = []
        guard let folder = opendir("/proc") else {
            childrenOf = [:]
            return
        }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let pid = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                pid_t(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))
            }
            if let found = pid.flatMap(Self.entry) { entries.append(found) }
        }
        childrenOf = Dictionary(grouping: entries, by: \.parent)
    }

    /// The descendants of `pid`, parents before children.
    func descendants(of pid: pid_t) -> [Entry] {
        var found = childrenOf[pid] ?? []
        var next = 0
        while next < found.count {
            found += childrenOf[found[next].pid] ?? []
            next += 1
        }
        return found
    }

    /// nil for a process that is gone or a zombie.
    private static func entry(_ pid: pid_t) -> Entry? {
        let text = SmallFile.text("/proc/\(pid)/stat").utf8
        guard let open = text.firstIndex(of: UInt8(ascii: "(")),
            let close = text.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = text[text.index(after: close)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 1, fields[0].first != UInt8(ascii: "Z") else { return nil }
        let name = String(text[text.index(after: open)..<close]) ?? ""
        return pid_t(String(fields[1]) ?? "").map { Entry(pid: pid, parent: $0, name: name) }
    }
}
