import Foundation
import Glibc
import LinuxSystem
import PeerFixtures
import SystemPackage

/// The time from the start of a seeder until a waiting peer receives the first byte.
enum FirstByteBenchmark: Benchmark {
    static let name = "first-byte"
    static let summary = "from the start of a seeder to the first byte at a peer that waits"

    /// The size of the small file in MiB.
    private static let small = 20

    static func run(_ place: Workplace) async throws -> Report {
        var table = Table([
            "start to first byte, median of \(place.scale.runs * 3)", "ms", "slowest ms",
        ])
        var report = Report()
        var medians: [Double] = []
        for mib in [small, max(small, place.scale.mib)] {
            let times = try await place.withFolder("data") { folder in
                try await measure(place, try await Payload(mib: mib, in: folder.appending("data")))
            }
            let median = times.median ?? .zero
            medians.append(median.seconds * 1000)
            table.add([
                "pierdat-serve-bittorrent, \(mib) MiB", Figure.milliseconds(median),
                Figure.milliseconds(times.max() ?? .zero),
            ])
        }
        report.add(table)
        report.expect("start to first byte", medians[1], atMost: 100, unit: " ms")
        report.expect(
            "the large compared with the small", medians[1] / medians[0], atMost: 1.5, unit: "x")
        return report
    }

    private static func measure(_ place: Workplace, _ payload: Payload) async throws -> [Duration] {
        let torrent = try await payload.torrent(
            .hybrid, at: payload.folder.removingLastComponent().appending("payload.torrent"))
        let overlay = try place.overlay("overlay-\(payload.size)")
        try overlay.seed(torrent, in: payload.folder)
        var times: [Duration] = []
        for _ in 0..<place.scale.runs * 3 {
            times.append(try await once(overlay, torrent, log: place.log))
        }
        return times
    }

    private static func once(
        _ overlay: Overlay, _ torrent: TorrentFile, log: FilePath
    ) async throws -> Duration {
        let port = try FreePort.any()
        let peer = try ImpatientPeer(port: port, infoHash: torrent.key)
        var command = overlay.command("pierdat-serve-bittorrent", overlay.seedList.string)
        command.environment["PIERDAT_PORT"] = String(port)
        async let received = MeasuredRun.onThread { try peer.firstByte() }
        try await Task.sleep(for: .milliseconds(20))
        let start = ContinuousClock.now
        let pid = try MeasuredRun.spawn(command, log: log)
        defer {
            kill(pid, SIGTERM)
            waitpid(pid, nil, 0)
        }
        return try await received - start
    }
}
