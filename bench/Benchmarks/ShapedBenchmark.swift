import PeerFixtures
import SystemPackage

/// Transfers over realistic network links.
enum ShapedBenchmark: Benchmark {
    static let name = "shaped"
    static let summary = "1 Gbit/s, and 50 ms with 1 % of loss from one seeder and from eight"

    /// A file and the programs that transfer it.
    private struct Task: Sendable {
        let payload: Payload
        let contenders: [Contender]
    }

    static func run(_ place: Workplace) async throws -> Report {
        let state = try place.folder.make("state")
        let large = try await Prepared(mib: max(1, place.scale.mib / 4), "large", in: place)
        let small = try await Prepared(mib: max(1, place.scale.mib / 64), "small", in: place)
        return try await VirtualNetwork.with { network in
            let trackerHost = try await network.host(.v4)
            let torrents = large.torrents + small.torrents
            return try await Tracker.tracking(torrents, in: state, on: trackerHost) { tracker in
                let fast = Task(
                    payload: large.payload,
                    contenders: try large.contenders(tracker, state: state, in: place))
                let slow = Task(
                    payload: small.payload,
                    contenders: try small.contenders(tracker, state: state, in: place))
                var report = Report()
                report.add(try await gigabit(fast, network, place))
                for table in try await distant(slow, network, place) { report.add(table) }
                let control = SmallFile.text("/proc/sys/net/ipv4/tcp_congestion_control")
                report.note("TCP's congestion control: \(control.filter { !$0.isWhitespace })")
                return report
            }
        }
    }

    private static func gigabit(
        _ task: Task, _ network: VirtualNetwork, _ place: Workplace
    ) async throws -> Table {
        let link = VirtualNetwork.Link(megabits: 1000)
        let seeder = try await network.host(.v4, link: link)
        let downloader = try await network.host(.v4, link: link)
        return try await compare(
            task, task.contenders, "1 Gbit/s", from: [seeder], to: downloader, place)
    }

    /// The downloader is the distant host.
    private static func distant(
        _ task: Task, _ network: VirtualNetwork, _ place: Workplace
    ) async throws -> [Table] {
        var seeders: [Host] = []
        for _ in 0..<8 { seeders.append(try await network.host(.v4)) }
        let hosts = seeders
        return try await network.withHost(
            behind: { LossyCable.command($0, delay: 25, loss: 10) },
            { downloader in
                let one = try await compare(
                    task, task.contenders, "50 ms, 1 % lost", from: [hosts[0]], to: downloader,
                    place)
                // A web server is a single source.
                let eight = try await compare(
                    task, Array(task.contenders.dropLast()), "the same, 8 seeders", from: hosts,
                    to: downloader, place)
                return [one, eight]
            })
    }

    private static func compare(
        _ task: Task, _ contenders: [Contender], _ line: String, from seeders: [Host],
        to downloader: Host, _ place: Workplace
    ) async throws -> Table {
        var times = contenders.map { _ in [Duration]() }
        for run in 1...place.scale.runs {
            for (index, contender) in contenders.enumerated() {
                let took = try await transfer(
                    task.payload, contender, seeders[...], downloader, place)
                place.say("\(name), \(line), run \(run), \(contender.name): \(took)")
                times[index].append(took)
            }
        }
        let mib = task.payload.size >> 20
        var table = Table([
            "\(line); \(mib) MiB, median of \(place.scale.runs)", "s", "Mbit/s", "x aria2c",
        ])
        let medians = times.map { $0.map(\.seconds).median ?? .nan }
        for (contender, median) in zip(contenders, medians) {
            table.add([
                contender.name, Figure.short(median),
                Figure.short(Double(task.payload.size) * 8 / 1e6 / median),
                Figure.short(median / medians[1]),
            ])
        }
        return table
    }

    /// Runs a seeder on each of `seeders`.
    private static func transfer(
        _ payload: Payload, _ contender: Contender, _ seeders: ArraySlice<Host>, _ downloader: Host,
        _ place: Workplace
    ) async throws -> Duration {
        guard let first = seeders.first else { throw FixtureError("there is no seeder") }
        let took = Box<Duration>()
        try await contender.serving(first) { source in
            let duration =
                seeders.count > 1
                ? try await transfer(payload, contender, seeders.dropFirst(), downloader, place)
                : try await DownloadersAtOnce.run(
                    source, on: [downloader], verifying: payload, in: place)[0]
            took.set(duration)
        }
        return try took.get()
    }
}

/// A file and its torrents.
private struct Prepared: Sendable {
    let payload: Payload
    private let hybrid: TorrentFile
    private let v1: TorrentFile
    private let name: String

    init(mib: Int, _ name: String, in place: Workplace) async throws {
        let folder = try place.folder.make(name)
        self.name = name
        payload = try await Payload(mib: mib, in: folder.appending("data"))
        hybrid = try await payload.torrent(.hybrid, at: folder.appending("hybrid.torrent"))
        v1 = try await payload.torrent(.v1, at: folder.appending("v1.torrent"))
    }

    var torrents: [TorrentFile] { [hybrid, v1] }

    /// The second contender is aria2c.
    func contenders(
        _ tracker: Tracker, state: FilePath, in place: Workplace
    ) throws -> [Contender] {
        [
            try Contender.pierdat(
                "pierdat", hybrid, of: payload, in: place, overlay: name, tracker: tracker),
            Contender.aria2(v1, of: payload, tracker: tracker),
            Contender.curl(of: payload, state: state),
        ]
    }
}
