import Foundation
import Glibc
import PeerFixtures
import SystemPackage

/// What it costs to keep programs running, and how fast that is.
enum SupervisorBenchmark: Benchmark {
    static let name = "supervisor"
    static let summary = "pierdatd keeps programs running, beside supervisord and runit"

    private static let counts = [1, 100, 1000]
    /// How long CPU time is counted for.
    private static let rest = Duration.seconds(10)

    /// What a supervisor takes, with its own auxiliary processes, when nothing happens.
    private struct AtRest {
        var started: Duration = .zero
        var cpu: Duration = .zero
        var resident = 0
        /// Of the supervisor's own process alone.
        var residentAlone = 0
        var proportional = 0
    }

    static func run(_ place: Workplace) async throws -> Report {
        var report = Report()
        try await addRest(to: &report, place)
        try await addTimes(to: &report, place)
        return report
    }

    private static func addRest(to report: inout Report, _ place: Workplace) async throws {
        var table = Table([
            "at rest", "programs", "all started s", "CPU ms/s", "RSS MB", "PSS MB",
        ])
        for count in counts {
            for kind in SupervisorKind.allCases {
                let measured = try await atRest(kind, count, place)
                let cpu = measured.cpu.seconds / rest.seconds * 1000
                place.say("\(name), \(kind), \(count) programs: \(measured)")
                table.add([
                    kind.rawValue, "\(count)", Figure.seconds(measured.started), Figure.short(cpu),
                    Figure.megabytes(measured.resident), Figure.megabytes(measured.proportional),
                ])
                if kind == .pierdatd, count == 100 {
                    report.expect(
                        "RSS of pierdatd with 100 lines", Double(measured.residentAlone) / 1e6,
                        atMost: 12, unit: " MB")
                }
            }
        }
        report.add(table)
    }

    private static func atRest(
        _ kind: SupervisorKind, _ count: Int, _ place: Workplace
    ) async throws -> AtRest {
        // No two alike, so that each is a line of its own.
        let programs = (0..<count).map { ["/bin/sleep", "\(1_000_000 + $0)"] }
        return try await place.withFolder("supervisor") { folder in
            let command = try kind.command(keeping: programs, in: folder)
            return try await Background.with(command, log: place.log) { pid, start in
                var measured = AtRest()
                try await place.wait(for: "\(count) programs of \(kind)") {
                    sleepers(below: pid).count == count
                }
                measured.started = .now - start
                try await Task.sleep(for: .seconds(3))
                let own = [pid] + others(below: pid)
                let before = own.map(ProcessMeter.cpu).reduce(.zero, +)
                try await Task.sleep(for: rest)
                measured.cpu = own.map(ProcessMeter.cpu).reduce(.zero, +) - before
                measured.resident = own.map { ProcessMeter.bytes("VmRSS", of: $0) }.reduce(0, +)
                measured.residentAlone = ProcessMeter.bytes("VmRSS", of: pid)
                measured.proportional = own.map {
                    ProcessMeter.bytes("Pss", of: $0, file: "smaps_rollup")
                }.reduce(0, +)
                return measured
            }
        }
    }

    private static func addTimes(to report: inout Report, _ place: Workplace) async throws {
        let runs = place.scale.runs * 3
        var table = Table([
            "median of \(runs)", "exec to first child ms", "SIGKILL of a child to its restart ms",
        ])
        for kind in SupervisorKind.allCases {
            var first: [Duration] = []
            var restart: [Duration] = []
            for _ in 0..<runs {
                let times = try await place.withFolder("supervisor") { folder in
                    try await startAndRestart(kind, in: folder, place)
                }
                first.append(times.first)
                restart.append(times.restart)
            }
            let median = first.median ?? .zero
            place.say("\(name), \(kind): first child \(first), restart \(restart)")
            table.add([
                kind.rawValue, Figure.milliseconds(median),
                Figure.milliseconds(restart.median ?? .zero),
            ])
            if kind == .pierdatd {
                report.expect(
                    "exec of pierdatd to its first child", median.seconds * 1000, atMost: 20,
                    unit: " ms")
            }
        }
        report.add(table)
    }

    /// A program says through a FIFO that it runs. The first restart of a supervisor is the one that
    /// counts: they wait longer and longer when a program dies again and again.
    private static func startAndRestart(
        _ kind: SupervisorKind, in folder: FilePath, _ place: Workplace
    ) async throws -> (first: Duration, restart: Duration) {
        let signs = try Signs(place.folder.path.appending("signs-\(UUID().uuidString)"))
        let script = "echo >\(signs.path); exec sleep 1000000"
        let command = try kind.command(
            keeping: [["/bin/sh", "-c", script]], in: folder)
        return try await Background.with(command, log: place.log) { pid, start in
            let first = try signs.next() - start
            // Longer than what all of them take for a program that has started well.
            try await Task.sleep(for: .milliseconds(1500))
            guard let program = sleepers(below: pid).first else {
                throw FixtureError("\(kind) has started no program")
            }
            let death = ContinuousClock.now
            kill(program, SIGKILL)
            return (first, try signs.next() - death)
        }
    }

    private static func sleepers(below pid: pid_t) -> [pid_t] {
        ProcessSnapshot().descendants(of: pid).filter { $0.name == "sleep" }.map(\.pid)
    }

    private static func others(below pid: pid_t) -> [pid_t] {
        ProcessSnapshot().descendants(of: pid).filter { $0.name != "sleep" }.map(\.pid)
    }
}

/// A FIFO that programs write a byte to when they begin.
private struct Signs {
    let path: FilePath
    private let reader: FileDescriptor

    init(_ path: FilePath) throws {
        self.path = path
        guard mkfifo(path.string, 0o666) == 0 else { throw Errno(rawValue: errno) }
        // A reader that is a writer, too, opens it at once and never meets its end.
        reader = try FileDescriptor.open(path, .readWrite)
    }

    /// When the next program began. Blocks.
    func next() throws -> ContinuousClock.Instant {
        var request = pollfd(fd: reader.rawValue, events: Int16(POLLIN), revents: 0)
        guard poll(&request, 1, 30_000) == 1 else { throw FixtureError("no program has begun") }
        let now = ContinuousClock.now
        var byte: [UInt8] = [0]
        _ = try byte.withUnsafeMutableBytes { try reader.read(into: $0) }
        return now
    }
}
