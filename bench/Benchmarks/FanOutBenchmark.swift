import Foundation
import PeerFixtures
import SystemPackage

/// One origin and sixteen downloaders on hosts with slow links.
enum FanOutBenchmark: Benchmark {
    static let name = "fan-out"
    static let summary = "one origin and 16 downloaders on slow links, versus nginx and curl"

    private static let count = 16

    private struct Measured: Sendable {
        var alone: [Duration] = []
        /// The time of the last of the simultaneous downloads.
        var last: [Duration] = []
        /// How much the origin sent meanwhile, in copies of the file.
        var copies: [Double] = []
    }

    static func run(_ place: Workplace) async throws -> Report {
        let folder = place.folder.path
        let link = VirtualNetwork.Link(megabits: place.scale.megabits)
        // The duration is the same for any link rate.
        let mib = max(4, place.scale.mib / 16 * link.megabits / 100)
        let payload = try await Payload(mib: mib, in: folder.appending("data"))
        let hybrid = try await payload.torrent(.hybrid, at: folder.appending("hybrid.torrent"))
        let v1 = try await payload.torrent(.v1, at: folder.appending("v1.torrent"))
        let state = try place.folder.make("state")
        return try await VirtualNetwork.with { network in
            let origin = try await network.host(.v4, link: link)
            var downloaders: [Host] = []
            for _ in 0..<count { downloaders.append(try await network.host(.v4, link: link)) }
            let trackerHost = try await network.host(.v4)
            let hosts = downloaders
            return try await Tracker.tracking([v1, hybrid], in: state, on: trackerHost) { tracker in
                let contenders = [
                    try Contender.pierdat(
                        "pierdat", hybrid, of: payload, in: place, tracker: tracker),
                    Contender.aria2(v1, of: payload, tracker: tracker),
                    Contender.curl(of: payload, state: state),
                ]
                var table = Table([
                    "\(mib) MiB to each, links of \(link.megabits) Mbit/s", "runs", "one alone s",
                    "last of \(count) s",
                    "last x alone", "copies that the origin sent",
                ])
                var report = Report()
                for contender in contenders {
                    // On such slow links, only our own runs vary.
                    let runs = contender.name == "pierdat" ? place.scale.runs : 1
                    var measured = Measured()
                    for run in 1...runs {
                        try await measure(contender, payload, origin, hosts, &measured, place)
                        place.say("\(name), run \(run), \(contender.name): \(measured)")
                    }
                    add(contender.name, measured, to: &table, &report)
                }
                report.add(table)
                return report
            }
        }
    }

    private static func measure(
        _ contender: Contender, _ payload: Payload, _ origin: Host, _ hosts: [Host],
        _ measured: inout Measured, _ place: Workplace
    ) async throws {
        let result = Box<(alone: [Duration], all: [Duration], sent: Int)>()
        try await contender.serving(origin) { source in
            let alone = try await DownloadersAtOnce.run(
                source, on: [hosts[0]], verifying: payload, in: place)
            let before = try await origin.bytesSent
            let all = try await DownloadersAtOnce.run(
                source, on: hosts, verifying: payload, in: place)
            result.set((alone, all, try await origin.bytesSent - before))
        }
        let (alone, all, sent) = try result.get()
        measured.alone += alone
        measured.last.append(all.max() ?? .zero)
        measured.copies.append(Double(sent) / Double(payload.size))
    }

    private static func add(
        _ name: String, _ measured: Measured, to table: inout Table, _ report: inout Report
    ) {
        let alone = measured.alone.map(\.seconds).median ?? .nan
        let last = measured.last.map(\.seconds).median ?? .nan
        let copies = measured.copies.median ?? .nan
        table.add([
            name, "\(measured.last.count)", Figure.short(alone), Figure.short(last),
            Figure.short(last / alone), Figure.short(copies),
        ])
        guard name == "pierdat" else { return }
        report.expect("last downloader, x one alone", last / alone, atMost: 1.3)
        report.expect("copies that the origin sent", copies, atMost: 1.5)
    }
}
