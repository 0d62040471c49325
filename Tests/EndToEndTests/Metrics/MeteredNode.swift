import Foundation
import LinuxSystem
import PeerFixtures
import SystemPackage

/// An overlay whose `pierdatd` seeds published data and serves metrics.
struct MeteredNode: Sendable {
    let overlay: Overlay
    let data: FilePath
    let port: UInt16
    let process: RunningProcess

    /// Its place in a list of targets.
    var endpoint: String { "127.0.0.1:\(port)" }

    /// Publishes a file in `folder` and seeds it while `body` runs.
    static func running<Value: Sendable>(
        in folder: FilePath, environment: [String: String] = [:],
        _ body: @Sendable (MeteredNode) async throws -> Value
    ) async throws -> Value {
        try Folder.make(folder)
        var overlay = try Overlay(folder.appending("overlay"))
        let data = folder.appending("data")
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        try AtomicFile.write(bytes, to: data)
        let published = try await overlay.pierdat("publish", data.string)
        guard published.status == .exited(0) else { throw FixtureError("\(published)") }
        overlay.environment["PIERDAT_METRICS"] = "127.0.0.1:0"
        overlay.environment.merge(environment) { $1 }
        let started = overlay
        return try await RunningProcess.with(overlay.command("pierdatd")) { process in
            let port = try await process.metricsPort
            _ = try await process.line(containing: "listening on port")
            return try await body(
                MeteredNode(overlay: started, data: data, port: port, process: process))
        }.value
    }

    /// The answer to a GET, with the status before it.
    func get(_ path: String, _ options: String...) async throws -> String {
        let ended = try await Command(
            installed: "curl", package: "curl",
            ["-s", "--max-time", "30", "-w", "%{stderr}%{http_code}"] + options
                + ["http://\(endpoint)\(path)"]
        ).run()
        guard ended.status == .exited(0) else { throw FixtureError("\(path): \(ended)") }
        return ended.output
    }

    /// A scrape in which the seeder has reported its numbers.
    func scrape() async throws -> String {
        try await Patience.until(every: .milliseconds(100)) {
            let page = try await get("/metrics")
            return page.contains("\npierdat_torrent_size_bytes{") ? page : nil
        }
    }
}

extension RunningProcess {
    /// The port on which a `pierdatd` serves metrics.
    var metricsPort: UInt16 {
        get async throws {
            let line = try await line(containing: "metrics are served on port ")
            guard let port = UInt16(line.split(separator: " ").last ?? "") else {
                throw FixtureError(line)
            }
            return port
        }
    }
}

extension String {
    /// The names of the metric families in a scrape.
    var metricFamilies: Set<String> {
        Set(matches(of: #/(?m)^# TYPE (\S+) /#).map { String($0.1) })
    }

    /// The names of metrics in expressions, without the suffixes of a histogram.
    var usedMetrics: Set<String> {
        Set(
            matches(of: /\b((?:pierdat|process)_[a-z_]+)/).map {
                String($0.1).replacing(#/_(bucket|sum|count)$/#, with: "")
            })
    }
}
