import Foundation
import Glibc

/// The resources used so far by a running program and its running descendants.
struct ProcessMeter: Sendable {
    let pid: pid_t

    /// The pids of the processes.
    var tree: [pid_t] {
        [pid] + ProcessSnapshot().descendants(of: pid).map(\.pid)
    }

    /// User and system time of the processes.
    var cpu: Duration { tree.map(Self.cpu).reduce(.zero, +) }

    /// The CPU time of one process.
    static func cpu(of pid: pid_t) -> Duration {
        var clock = clockid_t()
        var time = timespec()
        guard clock_getcpuclockid(pid, &clock) == 0, clock_gettime(clock, &time) == 0 else {
            return .zero
        }
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// A field of /proc/PID/status or /proc/PID/smaps_rollup in bytes.
    static func bytes(_ field: String, of pid: pid_t, file: String = "status") -> Int {
        fields([field], of: pid, file: file)[0]
    }

    static func fields(_ names: [String], of pid: pid_t, file: String = "status") -> [Int] {
        let text = SmallFile.text("/proc/\(pid)/\(file)")
        return names.map { name in
            guard let start = text.range(of: "\(name):") else { return 0 }
            let number = text[start.upperBound...].drop { $0 == " " || $0 == "\t" }
            return (Int(number.prefix { $0.isNumber }) ?? 0) << 10
        }
    }
}

/// The peak memory of programs, as far as it was sampled.
struct PeakMemory: Sendable {
    /// Resident memory including mapped files: VmHWM, which the kernel tracks.
    private(set) var resident = 0
    /// Resident memory without mapped files: RssAnon.
    private(set) var anonymous = 0
    private var ofProcess: [pid_t: (resident: Int, anonymous: Int)] = [:]

    /// Takes one sample. Peaks of programs that do not run at the same time are added, too.
    mutating func look(at meter: ProcessMeter, in snapshot: ProcessSnapshot) {
        for pid in [meter.pid] + snapshot.descendants(of: meter.pid).map(\.pid) {
            let now = ProcessMeter.fields(["VmHWM", "RssAnon"], of: pid)
            let before = ofProcess[pid] ?? (0, 0)
            ofProcess[pid] = (max(before.resident, now[0]), max(before.anonymous, now[1]))
        }
        resident = ofProcess.values.map(\.resident).reduce(0, +)
        anonymous = ofProcess.values.map(\.anonymous).reduce(0, +)
    }
}

/// Files in /proc, which have no size.
enum SmallFile {
    static func text(_ path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        return withUnsafeTemporaryAllocation(byteCount: 8192, alignment: 1) { buffer in
            let count = read(file, buffer.baseAddress, buffer.count)
            return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
        }
    }
}
