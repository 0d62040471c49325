import Foundation
import LinuxSystem
import PeerFixtures
import SystemPackage

/// The resources of a process that seeds ten thousand small torrents.
enum ManyBenchmark: Benchmark {
    static let name = "many"
    static let summary = "10,000 small torrents seeded by one process, and scrapes of its metrics"

    private static let count = 10_000
    /// How long to count CPU time.
    private static let rest = Duration.seconds(20)

    private struct Measured: Sendable {
        /// From the start until it reports that it listens.
        var listening: Duration
        /// From the start until the last torrent has sent a byte.
        var last: Duration
        var cpuOfStart: Duration
        var resident: Int
        var peak: Int
        var cpuAtRest: Duration
    }

    static func run(_ place: Workplace) async throws -> Report {
        let torrents = try place.folder.make("many")
        let many = try await ManyTorrents(count, in: torrents)
        let overlay = try place.overlay("overlay")
        var table = Table([
            "\(count) torrents", "listening s", "last one served s", "CPU until then s", "RSS MB",
            "peak RSS MB", "CPU at rest %",
        ])
        var all: [Measured] = []
        var met: [Measured] = []
        for run in 1...place.scale.runs {
            let measured = try await measure(many, many.seedList, overlay)
            place.say("\(name), run \(run): \(measured)")
            all.append(measured)
            table.add(row("run \(run)", measured))
            let withDigests = try await measure(many, many.seedListWithDigests, overlay)
            place.say("\(name) with digests, run \(run): \(withDigests)")
            met.append(withDigests)
            table.add(row("run \(run), each with a rendezvous", withDigests))
        }
        var report = Report()
        report.add(table)
        report.expect(
            "start to all of them served", all.map(\.last.seconds).median ?? .nan, atMost: 10,
            unit: " s")
        report.expect(
            "resident memory", Double(all.map(\.peak).max() ?? 0) / 1e6, atMost: 512, unit: " MB")
        report.expect("CPU at rest", all.map(percent).median ?? .nan, atMost: 1, unit: " %")
        report.expect(
            "resident memory with a rendezvous for each, compared with none",
            ratio(met, to: all) { Double($0.resident) }, atMost: 1.5, unit: " times")
        report.expect(
            "CPU at rest with a rendezvous for each", met.map(percent).median ?? .nan, atMost: 1,
            unit: " %")
        let scrapes = try await timeScrapes(of: many, overlay)
        place.say("\(name), scrapes: \(scrapes)")
        report.expect(
            "a scrape of /metrics", (scrapes.median ?? .nan) * 1000, atMost: 100, unit: " ms")
        report.expect(
            "the slowest of \(scrapes.count) scrapes", (scrapes.max() ?? .nan) * 1000, atMost: 100,
            unit: " ms")
        return report
    }

    /// The seconds that each of some scrapes of a `pierdatd` takes, which seeds all of the torrents.
    private static func timeScrapes(
        of many: ManyTorrents, _ overlay: Overlay
    ) async throws -> [Double] {
        try AtomicFile.write(
            Array(Data(contentsOf: URL(filePath: many.seedList.string))), to: overlay.seedList)
        let port = try FreePort.any()
        var command = overlay.command("pierdatd")
        command.environment["PIERDAT_METRICS"] = "127.0.0.1:\(port)"
        return try await RunningProcess.with(command) { process in
            _ = try await process.line(containing: "listening on port")
            try await Patience.until {
                let page = try scrape(port)
                let isComplete =
                    page.contains("\npierdat_torrents{state=\"served\"} \(count)\n")
                    && page.contains("\npierdat_disk_job_duration_seconds_count")
                return isComplete ? () : nil
            }
            return try await MeasuredRun.onThread {
                try (0..<50).map { _ in
                    let start = ContinuousClock.now
                    _ = try scrape(port)
                    return (ContinuousClock.now - start).seconds
                }
            }
        }.value
    }

    private static func scrape(_ port: UInt16) throws -> String {
        guard let stream = try TCPStream(port: port) else { return "" }
        try stream.send(Array("GET /metrics HTTP/1.1\r\n\r\n".utf8))
        return String(decoding: try stream.receiveToEnd(), as: UTF8.self)
    }

    private static func row(_ title: String, _ measured: Measured) -> [String] {
        [
            title, Figure.seconds(measured.listening), Figure.seconds(measured.last),
            Figure.seconds(measured.cpuOfStart), Figure.megabytes(measured.resident),
            Figure.megabytes(measured.peak), Figure.short(percent(measured)),
        ]
    }

    private static func ratio(
        _ some: [Measured], to others: [Measured], of figure: (Measured) -> Double
    ) -> Double {
        (some.map(figure).median ?? .nan) / (others.map(figure).median ?? .nan)
    }

    private static func percent(_ measured: Measured) -> Double {
        measured.cpuAtRest.seconds / rest.seconds * 100
    }

    private static func measure(
        _ many: ManyTorrents, _ seedList: FilePath, _ overlay: Overlay
    ) async throws -> Measured {
        let port = try FreePort.any()
        var command = overlay.command("pierdat-serve-bittorrent", seedList.string)
        command.environment["PIERDAT_PORT"] = String(port)
        let last = try ImpatientPeer(port: port, infoHash: many.infoHashes[count - 1])
        let start = ContinuousClock.now
        return try await RunningProcess.with(command) { process in
            async let served = MeasuredRun.onThread { try last.firstByte(within: .seconds(120)) }
            _ = try await process.line(containing: "listening on port \(port)")
            let listening = ContinuousClock.now - start
            let lastServed = try await served - start
            let cpuOfStart = ProcessMeter.cpu(of: process.identifier)
            try await serveSome(of: many, port: port)
            try await Task.sleep(for: .seconds(5))
            let before = ProcessMeter.cpu(of: process.identifier)
            try await Task.sleep(for: rest)
            let memory = ProcessMeter.fields(["VmRSS", "VmHWM"], of: process.identifier)
            return Measured(
                listening: listening, last: lastServed, cpuOfStart: cpuOfStart,
                resident: memory[0], peak: memory[1],
                cpuAtRest: ProcessMeter.cpu(of: process.identifier) - before)
        }.value
    }

    /// Requests a byte from every hundredth torrent.
    private static func serveSome(of many: ManyTorrents, port: UInt16) async throws {
        try await MeasuredRun.onThread {
            for number in stride(from: 0, to: count, by: 100) {
                let peer = try ImpatientPeer(port: port, infoHash: many.infoHashes[number])
                _ = try peer.firstByte(within: .seconds(10))
            }
        }
    }
}
