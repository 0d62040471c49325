import LinuxSystem
import PeerFixtures
import SystemPackage

/// Many machines with slow links that get the same URL at the same time.
enum ColdFleetBenchmark: Benchmark {
    static let name = "cold-fleet"
    static let summary =
        "a URL on 8 and 16 machines at once, and on one beside a peer that has the data"

    private static let counts = [8, 16]

    private struct Measured: Sendable {
        var alone: [Duration] = []
        /// The time of the last of the simultaneous downloads.
        var last: [Duration] = []
        /// What the origin sent meanwhile, in copies of the file.
        var copies: [Double] = []
        /// The same with all headers, as counted at its cable.
        var copiesOnCable: [Double] = []

        mutating func add(_ downloads: Downloads, of payload: Payload) {
            last.append(downloads.took.max() ?? .zero)
            copies.append(Double(downloads.sent) / Double(payload.size))
            copiesOnCable.append(Double(downloads.onCable) / Double(payload.size))
        }
    }

    /// What all measurements share.
    private struct Arrangement: Sendable {
        let place: Workplace
        let data: CanonicalPayload
        let tracker: Tracker
        let origin: Host
        let seeder: Host
        let downloaders: [Host]
    }

    static func run(_ place: Workplace) async throws -> Report {
        let link = VirtualNetwork.Link(megabits: place.scale.megabits)
        // The duration is the same for any link rate.
        let mib = max(4, place.scale.mib / 16 * link.megabits / 100)
        let data = try await CanonicalPayload(mib: mib, in: place)
        let state = try place.folder.make("state")
        return try await VirtualNetwork.with { network in
            let origin = try await network.host(.v4, link: link)
            let seeder = try await network.host(.v4, link: link)
            var hosts: [Host] = []
            for _ in 0..<(counts.max() ?? 0) {
                hosts.append(try await network.host(.v4, link: link))
            }
            let (downloaders, trackerHost) = (hosts, try await network.host(.v4))
            return try await Tracker.tracking(
                [data.torrent, data.rendezvous], in: state, on: trackerHost
            ) { tracker in
                let arrangement = Arrangement(
                    place: place, data: data, tracker: tracker, origin: origin, seeder: seeder,
                    downloaders: downloaders)
                return try await report(arrangement, mib: mib, link)
            }
        }
    }

    private static func report(
        _ arrangement: Arrangement, mib: Int, _ link: VirtualNetwork.Link
    ) async throws -> Report {
        var report = Report()
        var table = Table([
            "\(mib) MiB to each, links of \(link.megabits) Mbit/s", "runs", "one alone s", "last s",
            "last x alone", "copies that the origin sent", "with headers",
        ])
        for count in counts {
            let measured = try await repeated("\(count), pinned URL", arrangement) {
                try await cold(count, arrangement, &$0)
            }
            let (ratio, copies) = add("\(count), pinned URL", measured, to: &table)
            report.expect("last of \(count), x one alone", ratio, atMost: 1.3)
            report.expect("copies that the origin sent to \(count)", copies, atMost: 1.3)
        }
        let warm = try await repeated("one, unpinned URL", arrangement) {
            try await beside(arrangement, &$0)
        }
        let (_, share) = add("one beside a peer, unpinned URL", warm, to: &table)
        report.expect("share that the origin sent beside a peer", share, atMost: 0.05)
        report.add(table)
        return report
    }

    private static func repeated(
        _ what: String, _ arrangement: Arrangement,
        _ measure: (inout Measured) async throws -> Void
    ) async throws -> Measured {
        var measured = Measured()
        for run in 1...arrangement.place.scale.runs {
            try await measure(&measured)
            arrangement.place.say("\(name), run \(run), \(what): \(measured)")
        }
        return measured
    }

    /// Nobody has anything: first one downloader alone, then `count` at once.
    private static func cold(
        _ count: Int, _ arrangement: Arrangement, _ measured: inout Measured
    ) async throws {
        let pin = arrangement.data.torrent.v1.map { "&xt=urn:btih:\($0)" } ?? ""
        let hosts = Array(arrangement.downloaders.prefix(count))
        let alone = try await downloads([hosts[0]], pin: pin, arrangement)
        let all = try await downloads(hosts, pin: pin, arrangement)
        measured.alone += alone.took
        measured.add(all, of: arrangement.data.payload)
    }

    /// A peer has the data: one downloader, which knows only the digest.
    private static func beside(
        _ arrangement: Arrangement, _ measured: inout Measured
    ) async throws {
        let data = arrangement.data
        let one = try await data.seeder.on(arrangement.seeder).serving(
            data.torrent, tracker: arrangement.tracker
        ) { _ in
            try await downloads([arrangement.downloaders[0]], pin: "", arrangement)
        }
        measured.add(one, of: data.payload)
    }

    private typealias Downloads = (took: [Duration], sent: Int, onCable: Int)

    /// Downloads to `hosts` at once. `pin` follows the digest in the URL. If it is empty, there is no torrent at
    /// the origin.
    private static func downloads(
        _ hosts: [Host], pin: String, _ arrangement: Arrangement
    ) async throws -> Downloads {
        let (place, data, origin) = (arrangement.place, arrangement.data, arrangement.origin)
        return try await place.withFolder("origin") { folder in
            try data.originFolder(folder.appending("files"), isPinned: !pin.isEmpty)
            let log = folder.appending("log")
            let address = origin.endpoint(try FreePort.any())
            let uri = "http://\(address)/\(Payload.name)#sha256=\(data.digest)\(pin)"
            let before = try await origin.bytesSent
            let took = try await Nginx.serving(
                folder.appending("files"), at: address, on: origin, state: folder, log: log
            ) { nginx in
                let source = Contender.Source(pid: nginx.identifier) { folder, host in
                    var overlay = try Overlay(folder.appending("overlay")).on(host)
                    overlay.environment["PIERDAT_TRACKERS"] = arrangement.tracker.announce()
                    return overlay.command("pierdat-get-http", uri, folder.string)
                }
                return try await DownloadersAtOnce.run(
                    source, on: hosts, verifying: data.payload, in: place)
            }
            let onCable = try await origin.bytesSent - before
            return (took, try Nginx.bytesSent(accordingTo: log), onCable)
        }
    }

    /// Returns the time of the last, compared with one alone, and the copies that the origin sent.
    private static func add(
        _ name: String, _ measured: Measured, to table: inout Table
    ) -> (ratio: Double, copies: Double) {
        let alone = measured.alone.map(\.seconds).median ?? .nan
        let last = measured.last.map(\.seconds).median ?? .nan
        let copies = measured.copies.median ?? .nan
        table.add([
            name, "\(measured.last.count)", Figure.short(alone), Figure.short(last),
            Figure.short(last / alone), Figure.short(copies),
            Figure.optional(measured.copiesOnCable.median),
        ])
        return (last / alone, copies)
    }
}
