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
            "downloader CPU s/GiB", "seeder CPU s/GiB", "x aria2c", "x aria2c verified",
            "for the next copy", "x aria2c",
        ])
        var memory = Table([
            "peak memory", "downloader RSS MB", "without files MB", "seeder RSS MB",
            "without files MB",
        ])
        for one in all {
            times.add([
                one.name, Figure.short(one.wall), Figure.short(one.fastest),
                Figure.short(one.wall / aria2.wall), Figure.short(one.wall / curl.wall),
                Figure.short(one.nextWall), Figure.short(one.nextWall / curl.nextWall),
                Figure.short(one.downloaderCPU / scale.gib),
                Figure.short(one.seederCPU / scale.gib),
                Figure.short(one.seederCPU / aria2.seederCPU),
                Figure.short(one.seederCPU / verified.seederCPU),
                Figure.short(one.nextCPU / scale.gib),
                Figure.short(one.nextCPU / aria2.nextCPU),
            ])
            memory.add([
                one.name, Figure.megabytes(one.downloaderMemory.resident),
                Figure.megabytes(one.downloaderMemory.anonymous),
                Figure.megabytes(one.seederMemory.resident),
                Figure.megabytes(one.seederMemory.anonymous),
            ])
        }
        report.add(times)
        report.add(memory)
        let worst = { (figure: (Transfers) -> Double) in all[..<2].map(figure).max() ?? .nan }
        report.expect("time of the downloader, x curl", worst { $0.wall / curl.wall }, atMost: 1.3)
        report.expect(
            "time of the downloader of the next copy, x curl",
            worst { $0.nextWall / curl.nextWall },
            atMost: 1.3)
        report.expect(
            "time of the downloader, x aria2c", worst { $0.wall / aria2.wall }, atMost: 0.5)
        report.expect(
            "CPU of the seeder that verifies, x aria2c that does",
            worst { $0.seederCPU / verified.seederCPU }, atMost: 0.6)
        report.expect(
            "CPU of the seeder that verifies, x aria2c that does not",
            worst { $0.seederCPU / aria2.seederCPU }, atMost: 0.6)
        report.expect(
            "CPU of the seeder for the next copy, x aria2c",
            worst { $0.nextCPU / aria2.nextCPU }, atMost: 0.6)
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
    let name: String
    private var downloader: [Usage] = []
    private var seeder: [Usage] = []
    private var nextDownloader: [Usage] = []
    private var nextSeeder: [Usage] = []

    init(name: String) {
        self.name = name
    }

    mutating func add(downloader: Usage, seeder: Usage, nextDownloader: Usage, nextSeeder: Usage) {
        self.downloader.append(downloader)
        self.seeder.append(seeder)
        self.nextDownloader.append(nextDownloader)
        self.nextSeeder.append(nextSeeder)
    }

    var wall: Double { downloader.map(\.wall.seconds).median ?? .nan }
    var fastest: Double { downloader.map(\.wall.seconds).min() ?? .nan }
    var downloaderCPU: Double { downloader.map(\.cpu.seconds).median ?? .nan }
    var seederCPU: Double { seeder.map(\.cpu.seconds).median ?? .nan }
    var nextWall: Double { nextDownloader.map(\.wall.seconds).median ?? .nan }
    var nextCPU: Double { nextSeeder.map(\.cpu.seconds).median ?? .nan }
    var downloaderMemory: PeakMemory { Self.largest(downloader) }
    var seederMemory: PeakMemory { Self.largest(seeder) }

    private static func largest(_ usage: [Usage]) -> PeakMemory {
        usage.map(\.memory).max { $0.resident < $1.resident } ?? PeakMemory()
    }
}
