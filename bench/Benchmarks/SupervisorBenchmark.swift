import Foundation
import Glibc
import PeerFixtures
import SystemPackage

/// The cost and the speed of supervising programs.
enum SupervisorBenchmark: Benchmark {
    static let name = "supervisor"
    static let summary = "pierdatd keeps programs running, versus supervisord and runit"

    private static let counts = [1, 100, 1000]
    /// How long to count CPU time.
    private static let rest = Duration.seconds(10)

    /// The resources of an idle supervisor and its helper processes.
    private struct AtRest {
        var started: Duration = .zero
        var cpu: Duration = .zero
        var resident = 0
        /// The memory of the supervisor process only.
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
        // All different, so that each has its own line.
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

    /// A program signals its start through a FIFO. Only the first restart counts, because
    /// supervisors increase the delay when a program dies repeatedly.
    private static func startAndRestart(
        _ kind: SupervisorKind, in folder: FilePath, _ place: Workplace
    ) async throws -> (first: Duration, restart: Duration) {
        let signs = try Signs(place.folder.path.appending("signs-\(UUID().uuidString)"))
        let script = "echo >\(signs.path); exec sleep 1000000"
        let command = try kind.command(
            keeping: [["/bin/sh", "-c", script]], in: folder)
        return try await Background.with(command, log: place.log) { pid, start in
            let first = try signs.next() - start
            // Long enough for every supervisor to consider the program started.
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

/// A FIFO to which programs write a byte when they start.
private struct Signs {
    let path: FilePath
    private let reader: FileDescriptor

    init(_ path: FilePath) throws {
        self.path = path
        guard mkfifo(path.string, 0o666) == 0 else { throw Errno(rawValue: errno) }
        // With read and write access, the open does not block and a read never reaches the end.
        reader = try FileDescriptor.open(path, .readWrite)
    }

    /// The time when the next program started. Blocks.
    func next() throws -> ContinuousClock.Instant {
        var request = pollfd(fd: reader.rawValue, events: Int16(POLLIN), revents: 0)
        guard poll(&request, 1, 30_000) == 1 else { throw FixtureError("no program has started") }
        let now = ContinuousClock.now
        var byte: [UInt8] = [0]
        _ = try byte.withUnsafeMutableBytes { try reader.read(into: $0) }
        return now
    }
}
