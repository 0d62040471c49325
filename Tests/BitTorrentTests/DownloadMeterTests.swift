import Foundation
import LinuxSystem
import Metrics
import SystemPackage
import Testing

@testable import BitTorrent

@Suite("Metrics of a download")
struct DownloadMeterTests {
    private let temporary: TemporaryFolder
    private let socket: UnixSocket
    private let meter: DownloadMeter

    init() throws {
        temporary = try TemporaryFolder()
        let path = temporary.path.appending("notify.sock").string
        socket = try UnixSocket(.datagram)
        try socket.bind(to: try #require(UnixSocketAddress(path: path)))
        meter = try #require(DownloadMeter(notifySocket: path))
    }

    /// The numbers that pierdatd gets.
    private var reported: [MetricSample.Key: Double] {
        meter.report()
        var report = MetricReport()
        while let (bytes, _) = socket.receive(atMost: MetricReport.longestDatagram) {
            report.take(String(decoding: bytes, as: UTF8.self).split(separator: "\n"))
        }
        return report.numbers
    }

    @Test("The counters of sessions are added, and gauges are those of the one that runs")
    func sessions() {
        for (sent, peers) in [(5.0, 9.0), (3, 2)] {
            meter.endSession()
            meter.note(session: [
                MetricSample("sent_bytes_total", [], sent),
                MetricSample("interested_peers", [], peers),
            ])
        }
        let numbers = reported
        #expect(numbers[.init("sent_bytes_total")] == 8)
        #expect(numbers[.init("interested_peers")] == 2)
    }

    @Test("What is deleted from the cache is counted")
    func evicted() throws {
        let key = String(repeating: "a", count: 40)
        let cache = try temporary.make("cache")
        try Data(count: 5000).write(to: cache.appending(path: "\(key).torrent"))
        try Data().write(to: cache.appending(path: "\(key).lock"))
        let folder = CacheFolder(path: FilePath(cache.path), limit: ByteCount(10), meter: meter)
        folder.tidy { _ in }
        #expect(reported[.init("cache_evicted_bytes_total")] == 5000)
    }

    @Test("The size of a download is reported as soon as it is known")
    func progress() {
        meter.note(DownloadProgress(present: 3, of: nil))
        meter.count(cache: .partial)
        let numbers = reported
        #expect(numbers[.init("get_present_bytes")] == 3 && numbers[.init("get_stalled")] == 0)
        #expect(numbers[.init("get_size_bytes")] == nil)
        #expect(numbers[.init("cache_requests_total", [.init("result", "partial")])] == 1)
    }
}
