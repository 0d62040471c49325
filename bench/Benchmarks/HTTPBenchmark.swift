import PeerFixtures
import SystemPackage

/// A file with a known digest from one web server or two, over loopback, in memory.
enum HTTPBenchmark: Benchmark {
    static let name = "http"
    static let summary = "a file with a digest from nginx, versus curl, wget and aria2c"

    static func run(_ place: Workplace) async throws -> Report {
        let payload = try await Payload(
            mib: place.scale.mib, in: place.folder.path.appending("data"))
        let digest = try await payload.sha256
        let contenders = [
            Contender.curlHTTP(of: payload, in: place),
            .curlThenDigest(of: payload, digest: digest, in: place),
            .pierdatHTTP(of: payload, digest: digest, mirrors: 1, in: place),
            .pierdatHTTP(of: payload, digest: digest, mirrors: 2, in: place),
            .aria2HTTP(of: payload, digest: digest, mirrors: 1, in: place),
            .aria2HTTP(of: payload, digest: digest, mirrors: 2, in: place),
            .wgetHTTP(of: payload, in: place),
        ]
        var usages = contenders.map { _ in [Usage]() }
        for run in 1...place.scale.runs {
            for (index, contender) in contenders.enumerated() {
                let usage = try await download(contender, payload, place, verifies: run == 1)
                place.say("\(name), run \(run), \(contender.name): \(usage.wall)")
                usages[index].append(usage)
            }
        }
        return report(contenders.map(\.name), usages, place.scale)
    }

    private static func download(
        _ contender: Contender, _ payload: Payload, _ place: Workplace, verifies: Bool
    ) async throws -> Usage {
        let result = Box<Usage>()
        try await contender.serving(.loopback) { source in
            try await place.withFolder("destination") { destination in
                let used = try await MeasuredRun.run(
                    source.downloader(destination, .loopback), in: place.folder.path)
                result.set(used.own)
                if verifies { try await payload.compare(with: destination) }
            }
        }
        return try result.get()
    }

    private static func report(_ names: [String], _ usages: [[Usage]], _ scale: Scale) -> Report {
        var report = Report()
        var table = Table([
            "\(scale.mib) MiB, median of \(scale.runs)", "wall s", "fastest s", "x curl",
            "x curl, then sha256sum", "CPU s/GiB", "of it user", "RSS MB",
        ])
        for (name, runs) in zip(names, usages) {
            table.add([
                name, Figure.short(median(runs, \.wall)),
                Figure.optional(runs.map(\.wall.seconds).min()),
                Figure.short(ratio(runs, to: usages[0])), Figure.short(ratio(runs, to: usages[1])),
                Figure.short(median(runs, \.cpu) / scale.gib),
                Figure.short(median(runs, \.userCPU) / scale.gib),
                Figure.megabytes(runs.map(\.memory.resident).max() ?? 0),
            ])
        }
        report.add(table, "\(Machine.summary). A ratio is the median of those of each run.")
        for index in [2, 3] {
            report.expect(
                "time of \(names[index]), x curl", ratio(usages[index], to: usages[0]),
                atMost: 1.15)
            report.expect(
                "time of \(names[index]), x curl, then sha256sum",
                ratio(usages[index], to: usages[1]), atMost: 1)
        }
        return report
    }

    private static func median(_ runs: [Usage], _ figure: KeyPath<Usage, Duration>) -> Double {
        runs.map { $0[keyPath: figure].seconds }.median ?? .nan
    }

    /// The median of the ratios to another contender's run of the same turn, when the load on the
    /// machine was about the same.
    private static func ratio(_ runs: [Usage], to others: [Usage]) -> Double {
        zip(runs, others).map { $0.wall.seconds / $1.wall.seconds }.median ?? .nan
    }
}
