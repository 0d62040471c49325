import PeerFixtures
import SystemPackage

/// Several simultaneous downloads from one seeder.
enum DownloadersBenchmark: Benchmark {
    static let name = "downloaders"
    static let summary = "four downloaders at once from one seeder over loopback, versus one"

    private static let count = 4

    private struct Times: Sendable {
        var one: [Duration] = []
        /// The time of the last of the simultaneous downloads.
        var all: [Duration] = []
    }

    static func run(_ place: Workplace) async throws -> Report {
        let folder = place.folder.path
        let mib = max(1, place.scale.mib / count)
        let payload = try await Payload(mib: mib, in: folder.appending("data"))
        let torrent = try await payload.torrent(.v1, at: folder.appending("payload.torrent"))
        let state = try place.folder.make("state")
        let (names, times) = try await Tracker.tracking([torrent], in: state) { tracker in
            let contenders = [
                try Contender.pierdat(
                    "pierdat", torrent, of: payload, in: place, tracker: tracker),
                Contender.aria2(torrent, of: payload, tracker: tracker),
                Contender.curl(of: payload, state: state),
            ]
            var times = contenders.map { _ in Times() }
            for run in 1...place.scale.runs {
                for (index, contender) in contenders.enumerated() {
                    let one = try await last(of: 1, contender, payload, place)
                    let all = try await last(of: count, contender, payload, place)
                    place.say("\(name), run \(run), \(contender.name): one \(one), all \(all)")
                    times[index].one.append(one)
                    times[index].all.append(all)
                }
            }
            return (contenders.map(\.name), times)
        }
        return report(names, times, mib: mib, place.scale)
    }

    private static func last(
        of count: Int, _ contender: Contender, _ payload: Payload, _ place: Workplace
    ) async throws -> Duration {
        let took = Box<[Duration]>()
        try await contender.serving(.loopback) { source in
            let hosts = Array(repeating: Host.loopback, count: count)
            took.set(
                try await DownloadersAtOnce.run(source, on: hosts, verifying: payload, in: place))
        }
        return try took.get().max() ?? .zero
    }

    private static func report(
        _ names: [String], _ times: [Times], mib: Int, _ scale: Scale
    ) -> Report {
        var table = Table([
            "\(mib) MiB to each, median of \(scale.runs)", "one s", "last of \(count) s",
            "one MB/s", "\(count) in sum MB/s", "sum x one",
        ])
        var report = Report()
        var ratios: [Double] = []
        for (name, times) in zip(names, times) {
            let one = times.one.map(\.seconds).median ?? .nan
            let all = times.all.map(\.seconds).median ?? .nan
            let megabytes = Double(mib << 20) / 1e6
            ratios.append(Double(count) * one / all)
            table.add([
                name, Figure.short(one), Figure.short(all), Figure.short(megabytes / one),
                Figure.short(Double(count) * megabytes / all),
                Figure.short(Double(count) * one / all),
            ])
        }
        report.add(table)
        report.expect("rate of \(count) in sum, x that of one", ratios[0], atLeast: 1)
        return report
    }
}
