import PeerFixtures
import SystemPackage

/// One seeder and one downloader over loopback, in memory.
enum TransferBenchmark: Benchmark {
    static let name = "transfer"
    static let summary = "one seeder and one downloader over loopback, versus aria2c and curl"

    /// The use of the first downloader, of the seeder from its start until then, and of both for
    /// the next copy.
    private typealias Measured = (
        downloader: Usage, seeder: Usage, nextDownloader: Usage, nextSeeder: Usage
    )

    static func run(_ place: Workplace) async throws -> Report {
        let folder = place.folder.path
        let payload = try await Payload(mib: place.scale.mib, in: folder.appending("data"))
        let v1 = try await payload.torrent(.v1, at: folder.appending("v1.torrent"))
        let hybrid = try await payload.torrent(.hybrid, at: folder.appending("hybrid.torrent"))
        let state = try place.folder.make("state")
        let measured = try await Tracker.tracking([v1, hybrid], in: state) { tracker in
            let contenders = [
                try Contender.pierdat(
                    "pierdat, v1", v1, of: payload, in: place, tracker: tracker),
                try Contender.pierdat(
                    "pierdat, hybrid", hybrid, of: payload, in: place, tracker: tracker),
                Contender.aria2(v1, of: payload, tracker: tracker),
                Contender.aria2(v1, of: payload, tracker: tracker, verifies: true),
                Contender.curl(of: payload, state: state),
            ]
            return try await alternating(contenders, payload, place)
        }
        return report(measured, place.scale)
    }

    /// Alternates the contenders, so that other load on the machine affects all of them.
    private static func alternating(
        _ contenders: [Contender], _ payload: Payload, _ place: Workplace
    ) async throws -> [Transfers] {
        var all = contenders.map { Transfers(name: $0.name) }
        for run in 1...place.scale.runs {
            for (index, contender) in contenders.enumerated() {
                let one = try await transfer(contender, payload, place, verifies: run == 1)
                place.say("\(name), run \(run), \(contender.name): \(one.downloader.wall)")
                all[index].add(
                    downloader: one.downloader, seeder: one.seeder,
                    nextDownloader: one.nextDownloader,
                    nextSeeder: one.nextSeeder)
            }
        }
        return all
    }

    private static func transfer(
        _ contender: Contender, _ payload: Payload, _ place: Workplace, verifies: Bool
    ) async throws -> Measured {
        let result = Box<Measured>()
        try await contender.serving(.loopback) { source in
            // Each copy reuses the memory of the previous one. On a virtual machine, getting new
            // memory from the host can take longer than the transfer.
            let (own, peer) = try await place.withFolder("destination") { destination in
                let used = try await MeasuredRun.run(
                    source.downloader(destination, .loopback), in: place.folder.path,
                    beside: source.pid, countsStart: true)
                if verifies { try await payload.compare(with: destination) }
                return used
            }
            let (nextOwn, nextPeer) = try await place.withFolder("next") { next in
                try await MeasuredRun.run(
                    source.downloader(next, .loopback), in: place.folder.path, beside: source.pid)
            }
            result.set((own, peer, nextOwn, nextPeer))
        }
        return try result.get()
    }

    private static func report(_ all: [Transfers], _ scale: Scale) -> Report {
        var report = Report()
        let (aria2, verified, curl) = (all[2], all[3], all[4])
        var times = Table([
            "\(scale.mib) MiB, median of \(scale.runs)", "wall s", "fastest s", "x aria2c",
            "x curl", "next copy s", "x curl",
            "downloader CPU s/GiB", "of it user", "seeder CPU s/GiB", "x aria2c",
            "x aria2c verified", "for the next copy", "x aria2c",
        ])
        var memory = Table([
            "peak memory", "downloader RSS MB", "without files MB", "seeder RSS MB",
            "without files MB",
        ])
        for one in all {
            times.add([
                one.name, Figure.short(one.wall), Figure.short(one.fastest),
                Figure.short(one.ratio(\.wall, to: aria2)),
                Figure.short(one.ratio(\.wall, to: curl)),
                Figure.short(one.nextWall), Figure.short(one.ratio(\.nextWall, to: curl)),
                Figure.short(one.downloaderCPU / scale.gib),
                Figure.short(one.downloaderUserCPU / scale.gib),
                Figure.short(one.seederCPU / scale.gib),
                Figure.short(one.ratio(\.seederCPU, to: aria2)),
                Figure.short(one.ratio(\.seederCPU, to: verified)),
                Figure.short(one.nextCPU / scale.gib),
                Figure.short(one.ratio(\.nextCPU, to: aria2)),
            ])
            memory.add([
                one.name, Figure.megabytes(one.downloaderMemory.resident),
                Figure.megabytes(one.downloaderMemory.anonymous),
                Figure.megabytes(one.seederMemory.resident),
                Figure.megabytes(one.seederMemory.anonymous),
            ])
        }
        report.add(times, "\(Machine.summary). A ratio is the median of those of each run.")
        report.add(memory)
        let worst = { (figure: (Transfers) -> Double) in all[..<2].map(figure).max() ?? .nan }
        report.expect(
            "time of the downloader, x curl", worst { $0.ratio(\.wall, to: curl) }, atMost: 1.3)
        report.expect(
            "time of the downloader of the next copy, x curl",
            worst { $0.ratio(\.nextWall, to: curl) }, atMost: 1.3)
        report.expect(
            "time of the downloader, x aria2c", worst { $0.ratio(\.wall, to: aria2) }, atMost: 0.5)
        report.expect(
            "user CPU of the downloader", worst { $0.downloaderUserCPU / scale.gib }, atMost: 0.7,
            unit: " s/GiB")
        report.expect(
            "CPU of the seeder that verifies, x aria2c that does",
            worst { $0.ratio(\.seederCPU, to: verified) }, atMost: 0.6)
        report.expect(
            "CPU of the seeder that verifies, x aria2c that does not",
            worst { $0.ratio(\.seederCPU, to: aria2) }, atMost: 0.6)
        report.expect(
            "CPU of the seeder for the next copy, x aria2c",
            worst { $0.ratio(\.nextCPU, to: aria2) }, atMost: 0.6)
        for (side, peaks) in [
            ("downloader", all[..<2].map(\.downloaderMemory)),
            ("seeder", all[..<2].map(\.seederMemory)),
        ] {
            let peak = peaks.map(\.resident).max() ?? 0
            report.expect(
                "resident memory of the \(side)", Double(peak) / 1e6, atMost: 64, unit: " MB")
        }
        return report
    }
}

/// The measurements of a contender's runs.
private struct Transfers: Sendable {
    /// Seconds.
    struct Run {
        let wall, downloaderCPU, downloaderUserCPU, seederCPU, nextWall, nextCPU: Double
    }

    let name: String
    private var runs: [Run] = []
    private(set) var downloaderMemory = PeakMemory()
    private(set) var seederMemory = PeakMemory()

    init(name: String) {
        self.name = name
    }

    mutating func add(downloader: Usage, seeder: Usage, nextDownloader: Usage, nextSeeder: Usage) {
        runs.append(
            Run(
                wall: downloader.wall.seconds, downloaderCPU: downloader.cpu.seconds,
                downloaderUserCPU: downloader.userCPU.seconds, seederCPU: seeder.cpu.seconds,
                nextWall: nextDownloader.wall.seconds, nextCPU: nextSeeder.cpu.seconds))
        downloaderMemory = max(downloaderMemory, downloader.memory)
        seederMemory = max(seederMemory, seeder.memory)
    }

    /// The median of the ratios to another contender's run of the same turn, when the load on the
    /// machine was about the same.
    func ratio(_ figure: KeyPath<Run, Double>, to other: Transfers) -> Double {
        zip(runs, other.runs).map { $0[keyPath: figure] / $1[keyPath: figure] }.median ?? .nan
    }

    var wall: Double { median(\.wall) }
    var fastest: Double { runs.map(\.wall).min() ?? .nan }
    var downloaderCPU: Double { median(\.downloaderCPU) }
    var downloaderUserCPU: Double { median(\.downloaderUserCPU) }
    var seederCPU: Double { median(\.seederCPU) }
    var nextWall: Double { median(\.nextWall) }
    var nextCPU: Double { median(\.nextCPU) }

    private func median(_ figure: KeyPath<Run, Double>) -> Double {
        runs.map { $0[keyPath: figure] }.median ?? .nan
    }

    private func max(_ one: PeakMemory, _ other: PeakMemory) -> PeakMemory {
        one.resident < other.resident ? other : one
    }
}
