import Foundation
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("Metrics of downloads", .timeLimit(.minutes(3)))
struct DownloadMetricsTests {
    /// Lets `pierdatd` download `uri` to `destination`, and returns its metrics when the data is complete.
    private func metrics(
        of overlay: Overlay, _ uri: String, to destination: FilePath,
        _ environment: [String: String] = [:]
    ) async throws -> String {
        var command = overlay.command("pierdatd").with("PIERDAT_GET", "'\(uri)' '\(destination)'")
        command.environment["PIERDAT_METRICS"] = "127.0.0.1:0"
        command.environment.merge(environment) { $1 }
        return try await RunningProcess.with(command) { process in
            let port = try await process.metricsPort
            return try await Patience.until {
                let page = try await Command(
                    installed: "curl", package: "curl", ["-s", "http://127.0.0.1:\(port)/metrics"]
                ).run().output
                return page.contains("\npierdat_get_complete{destination=\"\(destination)\"} 1\n")
                    ? page : nil
            }
        }.value
    }

    private func received(_ source: String, in page: String) -> Int? {
        number("received_bytes_total{source=\"\(source)\"}", in: page)
    }

    private func number(_ name: String, in page: String) -> Int? {
        page.ranges(of: "\npierdat_\(name) ").first.flatMap {
            Int(page[$0.upperBound...].prefix { $0 != "\n" })
        }
    }

    /// The size of a ``DataSet``.
    private static let size = 1_000_018

    @Test("The bytes that peers send are counted, and on a second download those from the cache")
    func peersAndCache() async throws {
        let given = try await Arrangement()
        let cache = try given.folder.make("cache")
        let variables = ["PIERDAT_CACHE": cache.string, "PIERDAT_CACHE_LIMIT": "1G"]
        let page = try await Aria2.seeding(given.torrent, given.data) { seed in
            try await metrics(
                of: given.overlay, given.torrent.magnet("x.pe=\(seed.address)"),
                to: given.destination, variables)
        }
        #expect(try given.isComplete)
        let bytes = try #require(received("peers", in: page))
        #expect((Self.size..<2 * Self.size).contains(bytes), "\(page)")
        #expect(received("web_seeds", in: page) == 0 && received("cache", in: page) == 0)
        #expect(page.contains("\npierdat_cache_limit_bytes 1073741824\n"), "\(page)")
        #expect(page.contains("\npierdat_cache_bytes "))
        #expect(number("cache_requests_total{result=\"miss\"}", in: page) == 1, "\(page)")
        #expect(page.contains("\npierdat_get_last_success_timestamp_seconds{"))
        for name in [
            "network_received_bytes_total", "disk_written_bytes_total",
            "disk_job_duration_seconds_count",
        ] {
            let least = name.contains("bytes") ? Self.size : 1
            #expect(try #require(number(name, in: page)) >= least, "\(name) in \(page)")
        }
        for name in ["wasted_bytes_total{reason=\"corrupt\"}", "banned_peers_total"] {
            #expect(number(name, in: page) == 0, "\(name) in \(page)")
        }

        let next = try given.next
        let again = try await metrics(
            of: next.overlay, given.torrent.path.string, to: next.destination, variables)
        #expect(try next.isComplete)
        #expect(received("cache", in: again) == Self.size, "\(again)")
        #expect(received("peers", in: again) == 0)
        #expect(number("cache_requests_total{result=\"hit\"}", in: again) == 1, "\(again)")
    }

    @Test("A download that the cache has no room for is counted")
    func bypassed() async throws {
        let given = try await Arrangement()
        let page = try await Aria2.seeding(given.torrent, given.data) { seed in
            try await metrics(
                of: given.overlay, given.torrent.magnet("x.pe=\(seed.address)"),
                to: given.destination,
                [
                    "PIERDAT_CACHE": given.folder.path.appending("cache").string,
                    "PIERDAT_CACHE_LIMIT": "500k",
                ])
        }
        #expect(number("cache_requests_total{result=\"bypassed\"}", in: page) == 1, "\(page)")
        #expect(number("cache_requests_total{result=\"miss\"}", in: page) == 0)
    }

    @Test("A download that receives nothing for 20 seconds is stalled, and its size is unknown")
    func stalled() async throws {
        let given = try await Arrangement()
        let overlay = given.overlay
        var command = overlay.command("pierdatd").with(
            "PIERDAT_GET", "'\(given.torrent.magnet())' '\(given.destination)'")
        command.environment["PIERDAT_METRICS"] = "127.0.0.1:0"
        try await RunningProcess.with(command) { process in
            _ = try await process.line(containing: "no data received for 20s")
            let page = try await Patience.until(every: .milliseconds(100)) {
                let page = try await overlay.pierdat("status", "--metrics").output
                let label = "{destination=\"\(given.destination)\"}"
                return number("get_stalled\(label)", in: page) == 1 ? page : nil
            }
            #expect(page.contains("\npierdat_get_size_bytes{") == false, "\(page)")
        }
    }

    @Test("The bytes that a web seed sends are counted apart from those of peers")
    func webSeeds() async throws {
        let given = try await Arrangement()
        let state = try given.folder.make("nginx")
        let page = try await WebServer.serving(given.data.folder, state: state) { server in
            let parameters = "xs=\(server.url)it.torrent"
            try FileManager.default.copyItem(
                atPath: given.torrent.path.string,
                toPath: given.data.folder.appending("it.torrent").string)
            return try await metrics(
                of: given.overlay, given.torrent.magnet(parameters, "ws=\(server.url)"),
                to: given.destination)
        }
        #expect(try given.isComplete)
        let bytes = try #require(received("web_seeds", in: page))
        #expect((Self.size..<2 * Self.size).contains(bytes), "\(page)")
        #expect(received("peers", in: page) == 0)
    }

    @Test("The bytes that an origin sends are counted with those of web seeds")
    func origin() async throws {
        let given = try FileAtOrigin(bytes: 3_000_000)
        let state = try given.folder.make("nginx")
        let page = try await WebServer.serving(given.origin, state: state) { server in
            try await metrics(
                of: given.overlay, "\(server.url)\(FileAtOrigin.name)\(given.pin)",
                to: given.destination)
        }
        #expect(received("web_seeds", in: page) == 3_000_000, "\(page)")
        let label = "{destination=\"\(given.destination)\"} "
        for number in [
            "get_failed\(label)0\n", "get_attempts_total\(label)1\n",
            "get_duration_seconds\(label)",
        ] {
            #expect(page.contains("\npierdat_\(number)"), "\(page)")
        }
    }

    @Test("The bytes that the server of a record sends are counted with those of web seeds")
    func record() async throws {
        let given = try RecordAtServer()
        let page = try await given.serving { server in
            try await metrics(
                of: given.overlay, server.uri(.zenodo), to: given.destination)
        }
        let size = given.files.values.reduce(0) { $0 + $1.count }
        #expect(received("web_seeds", in: page) == size, "\(page)")
    }
}
