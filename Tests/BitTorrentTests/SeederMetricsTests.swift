import Foundation
import Metrics
import SystemPackage
import Testing

@testable import BitTorrent

@Suite("Metrics of a seeder")
struct SeederMetricsTests {
    @Test("Each torrent has numbers of its own only with at most 200 torrents")
    func perTorrent() throws {
        let temporary = try TemporaryFolder()
        let session = try Session(.loopback, pace: .calm)
        let items = try SeededItems(session, .loopback, log: SeederLog(level: .error) { _ in })
        let store = TorrentStore(temporary.path.appending("state"))
        let all = try (0...SeederMetrics.mostTorrents).map { number in
            let file = try SingleFile(in: temporary, "folder \(number)", size: 100, seed: number)
            return try Seeder.Item(
                torrent: store.save(file.torrent), folder: FilePath(file.folder.path))
        }
        items.update(to: Array(all.dropLast()), faults: []) {}
        let samples = items.metrics
        #expect(samples.count == 3 * SeederMetrics.mostTorrents)
        let label = samples.first?.key.labels.first { $0.name == "name" }
        #expect(label?.value == SingleFile.name)

        items.update(to: all, faults: []) {}
        #expect(items.metrics.isEmpty)
    }

    @Test("pierdatd accepts each number of a session, with the limits of its histogram")
    func accepted() throws {
        let session = try Session(.loopback, pace: .calm)
        session.requestCounters()
        try session.wait { $0 == .counters }
        let samples = session.counters.samples + EventCounts().samples
        var report = MetricReport()
        for datagram in MetricReport.datagrams(samples) {
            report.take(datagram.split(separator: "\n"))
        }
        #expect(report == MetricReport(samples))
        let limits = samples.compactMap { $0.key.labels.first { $0.name == "le" }?.value }
        #expect(Set(limits) == MetricCatalogue.limits)
        #expect(limits.count == MetricCatalogue.limits.count)
    }
}
