import Foundation
import Glibc
import PeerFixtures
import SystemPackage

/// How fast PID 1 reaps ten thousand orphans that end at once.
enum OrphansBenchmark: Benchmark {
    static let name = "orphans"
    static let summary = "10,000 orphans end at once: pierdatd as PID 1, versus tini and dumb-init"

    private static let count = 10_000

    private struct Reaping: Sendable {
        var wall: Duration
        /// The CPU time of PID 1.
        var cpu: Duration
        /// The CPU time of PID 1 in the two seconds afterwards.
        var cpuAfterwards: Duration
        var resident: Int
    }

    static func run(_ place: Workplace) async throws -> Report {
        var table = Table([
            "\(count) orphans, median of \(place.scale.runs)", "wall s", "x tini", "CPU of PID 1 s",
            "afterwards CPU ms/s", "RSS MB",
        ])
        let overlay = try place.overlay("overlay")
        let contenders = [
            ("pierdatd", overlay.command("pierdatd", "--")),
            ("tini", try Command(installed: "tini", package: "tini", ["--"])),
            ("dumb-init", try Command(installed: "dumb-init", package: "dumb-init", ["--"])),
        ]
        var all = contenders.map { _ in [Reaping]() }
        for run in 1...place.scale.runs {
            for (index, contender) in contenders.enumerated() {
                let one = try await reaping(by: contender.1, place)
                place.say("\(name), run \(run), \(contender.0): \(one)")
                all[index].append(one)
            }
        }
        let tini = all[1].map(\.wall).median ?? .zero
        for (contender, reapings) in zip(contenders, all) {
            let wall = reapings.map(\.wall).median ?? .zero
            table.add([
                contender.0, Figure.seconds(wall), Figure.short(wall / tini),
                Figure.seconds(reapings.map(\.cpu).median ?? .zero),
                Figure.short((reapings.map(\.cpuAfterwards).max() ?? .zero).seconds * 500),
                Figure.megabytes(reapings.map(\.resident).max() ?? 0),
            ])
        }
        var report = Report()
        report.add(table)
        return report
    }

    private static func reaping(by program: Command, _ place: Workplace) async throws -> Reaping {
        let fifo = place.folder.path.appending("fifo-\(UUID().uuidString)")
        guard mkfifo(fifo.string, 0o666) == 0 else { throw Errno(rawValue: errno) }
        var command = program.started(
            by: "/usr/bin/unshare", ["--pid", "--fork", "--mount-proc", "--kill-child"])
        command.arguments += ["/bin/sh", "-euc", orphaning, "sh", fifo.string, "\(count)"]
        // Readers of the FIFO reach its end only when this is closed.
        let writer = try FileDescriptor.open(fifo, .readWrite)
        return try await Background.with(command, log: place.log) { pid, _ in
            let ready = Box<(first: pid_t, orphans: [pid_t])>()
            try await place.wait(for: "\(count) orphans") {
                guard let found = gathered(below: pid) else { return false }
                ready.set(found)
                return true
            }
            let (first, orphans) = try ready.get()
            return try await measure(first, orphans, writer)
        }
    }

    /// PID 1 and the orphans, once all of them exist next to the program.
    private static func gathered(below wrapper: pid_t) -> (first: pid_t, orphans: [pid_t])? {
        let snapshot = ProcessSnapshot()
        let all = snapshot.descendants(of: wrapper)
        guard let first = all.first?.pid else { return nil }
        let children = all.filter { $0.parent == first }
        let orphans = children.filter { $0.name != "sleep" }
        let isComplete = children.count == count + 1 && orphans.count == count
        return isComplete ? (first, orphans.map(\.pid)) : nil
    }

    private static func measure(
        _ first: pid_t, _ orphans: [pid_t], _ writer: FileDescriptor
    ) async throws -> Reaping {
        let cpu = ProcessMeter.cpu(of: first)
        let start = ContinuousClock.now
        try writer.close()
        for orphan in orphans {
            while kill(orphan, 0) == 0 { usleep(500) }
        }
        let wall = ContinuousClock.now - start
        let after = ProcessMeter.cpu(of: first)
        try await Task.sleep(for: .seconds(2))
        return Reaping(
            wall: wall, cpu: after - cpu, cpuAfterwards: ProcessMeter.cpu(of: first) - after,
            resident: ProcessMeter.bytes("VmHWM", of: first))
    }

    /// Creates this number of orphans, which end with the FIFO.
    private static let orphaning = """
        (
            exec 3<"$1"
            left=$2
            while [ "$left" -gt 0 ]; do
                (read -r _ <&3) &
                left=$((left - 1))
            done
        )
        exec sleep 1000000
        """
}
