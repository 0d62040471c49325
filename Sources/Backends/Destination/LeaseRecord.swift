import Glibc
import LinuxSystem

/// What the file of a lease says about its holder.
struct LeaseRecord: Sendable {
    /// A random number, which identifies the lease.
    let id: String
    /// The name of the host or container.
    let host: String
    /// On the host.
    let pid: pid_t
    /// Identifies the kernel since its start. nil if the kernel does not tell.
    let kernel: String?
    /// Identifies the folder on that kernel.
    let folder: String
    /// Grows with each heartbeat.
    var beat = 0

    private static let title = "Pierdat writes to this folder"
    /// The longest that is read, in bytes.
    static let limit = 4096

    /// Of this process, for the folder that `folder` identifies.
    init(for folder: String) {
        id = String(UInt64.random(in: .min ... .max), radix: 16)
        host = Self.firstLine(of: "/proc/sys/kernel/hostname") ?? "unknown"
        pid = getpid()
        kernel = Self.firstLine(of: "/proc/sys/kernel/random/boot_id")
        self.folder = folder
    }

    /// nil if the bytes are not a record.
    init?(parsing bytes: [UInt8]) {
        var fields: [Substring: Substring] = [:]
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        for line in lines {
            let parts = line.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { fields[parts[0]] = parts[1] }
        }
        guard lines.first == Self.title[...], let id = fields["id"], let host = fields["host"],
            let pid = fields["pid"].flatMap({ pid_t($0) })
        else { return nil }
        self.id = String(id)
        self.host = String(host.prefix(64))
        self.pid = pid
        kernel = fields["kernel"].map(String.init)
        folder = fields["folder"].map(String.init) ?? ""
        beat = fields["beat"].flatMap { Int($0) } ?? 0
    }

    /// The contents of the file. Equally long for each beat, so that a reader sees the whole record or the one before it.
    var bytes: [UInt8] {
        let number = String(beat)
        let zeros = String(repeating: "0", count: max(0, 12 - number.utf8.count))
        return Array(
            """
            \(Self.title)
            host=\(host)
            pid=\(pid)
            id=\(id)
            kernel=\(kernel ?? "")
            folder=\(folder)
            beat=\(zeros)\(number)

            """.utf8)
    }

    /// True if `other` is of a process that had the ``FolderLock`` that we hold now. So it has ended.
    func hasOutlived(_ other: LeaseRecord) -> Bool {
        kernel != nil && other.kernel == kernel && other.folder == folder
    }

    private static func firstLine(of path: String) -> String? {
        let bytes = SmallFile.contents(of: .init(path), atMost: limit)
        let line = bytes?.split(separator: UInt8(ascii: "\n")).first.map {
            String(decoding: $0, as: UTF8.self)
        }
        return line?.isEmpty == false ? line : nil
    }
}
