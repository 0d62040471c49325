import CLibtorrent
import Testing

@testable import BitTorrent

@Suite("Progress of a download")
struct ProgressTests {
    private func status(_ change: (inout TorrentStatus) -> Void) -> TorrentStatus {
        var status = TorrentStatus(pierdat_status())
        status.state = .downloading
        change(&status)
        return status
    }

    @Test("The progress line shows the amount, the rate, the remaining time and the peers")
    func downloading() {
        let status = status {
            $0.wanted = 100 << 20
            $0.done = 25 << 20
            $0.downloadRate = 1 << 20
            $0.peers = 3
            $0.seeds = 1
        }
        #expect(
            ProgressLine(status: status).description
                == "25% of data: 25.0 MiB of 100.0 MiB, 1.0 MiB/s, 1m15s left, 3 peers, 1 seed")
    }

    @Test(
        "The progress line is shortened from its end to fit a terminal",
        arguments: [
            (76, "25% of data: 25.0 MiB of 100.0 MiB, 768.0 KiB/s, 1m40s left, 3 peers, 1 seed"),
            (75, "25% of data: 25.0 MiB of 100.0 MiB, 768.0 KiB/s, 1m40s left, 3 peers"),
            (40, "25% of data: 25.0 MiB of 100.0 MiB"), (3, "25%"), (0, ""), (-1, ""),
        ])
    func shortened(columns: Int, line: String) {
        let status = status {
            $0.wanted = 100 << 20
            $0.done = 25 << 20
            $0.downloadRate = (1 << 20) * 3 / 4
            $0.peers = 3
            $0.seeds = 1
        }
        #expect(
            ProgressReporter.shortened(ProgressLine(status: status).description, to: columns)
                == line)
    }

    @Test("The progress is 100% only when everything is present")
    func almost() {
        let status = status {
            $0.wanted = 1_000_000
            $0.done = 999_999
        }
        #expect(ProgressLine(status: status).description.hasPrefix("99%"))
    }

    @Test("No remaining time is shown until the first data has arrived")
    func begun() {
        let status = status {
            $0.wanted = 1 << 20
            $0.downloadRate = 12
            $0.peers = 1
        }
        #expect(
            ProgressLine(status: status).description
                == "0% of data: 0 B of 1.0 MiB, 12 B/s, 1 peer, 0 seeds")
    }

    @Test("The progress line says that metadata is requested")
    func metadata() {
        let status = status { $0.state = .fetchingMetadata }
        #expect(
            ProgressLine(status: status).description
                == "requesting the metadata from peers: 0 peers, 0 seeds")
    }

    @Test(
        "Times are shown in two units", arguments: [(45, "45s"), (200, "3m20s"), (7500, "2h05m")])
    func times(seconds: Int, text: String) {
        #expect(ProgressLine.time(.seconds(seconds)) == text)
    }

    @Test(
        "Sizes are shown in binary units",
        arguments: [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB")])
    func byteCounts(bytes: Int64, text: String) {
        #expect(ByteCount(bytes).description == text)
    }

    @Test("A stall report explains the state of peers, trackers and the DHT")
    func stall() {
        let report = StallReport(
            status: status { $0.knownPeers = 2 },
            trackers: [TrackerStatus(url: "udp://t:1", message: "timed out", .pending)],
            dhtNodes: 0)
        #expect(
            report.description.split(separator: "\n").map { $0.trimmingPrefix("  ") } == [
                "2 peers are known, but none can be reached",
                "tracker udp://t:1: timed out",
                "the DHT has no nodes: is outgoing UDP blocked?",
            ])
    }

    @Test(
        "A stall report names a missing network, unless a peer on this machine is connected"
    )
    func stallWithoutNetwork() {
        for peers in [0, 1] {
            let report = StallReport(
                status: status { $0.peers = peers }, trackers: [], dhtNodes: nil, hasNetwork: false)
            #expect(report.description.hasPrefix("there is no network: ") == (peers == 0))
            #expect(report.advice.contains("RUN --network=host") == (peers == 0))
        }
    }

    @Test("A stall report distinguishes reached peers from unreachable ones")
    func departedPeers() {
        var findings = PeerFindings()
        findings.note(PeerDeparture(address: "10.0.0.1:1", kind: .left, reason: "End of file"))
        findings.note(PeerDeparture(address: "10.0.0.1:1", kind: .gaveAll, reason: "-"))
        findings.note(PeerDeparture(address: "10.0.0.2:1", kind: .left, reason: "End of file"))
        findings.note(PeerDeparture(address: "10.0.0.3:1", kind: .refused, reason: "reset"))
        findings.note(PeerDeparture(address: "[fd00::1]:1", kind: .refused, reason: "End of file"))
        findings.note(ownAddress: "fd00::1")
        func lines(known: Int, connected: Int = 0) -> [Substring] {
            StallReport(
                status: status { ($0.knownPeers, $0.peers) = (known, connected) }, trackers: [],
                peers: findings, dhtNodes: nil
            ).description.split(separator: "\n").dropLast(2).map { $0.trimmingPrefix("  ") }
        }
        let gone: [Substring] = [
            "1 peer has sent all that it has, which is not all of the data",
            "1 peer had the torrent but disconnected: End of file",
            "1 peer answered, but did not offer the torrent: reset",
        ]
        #expect(lines(known: 3) == gone)
        #expect(lines(known: 4) == gone + ["1 peer is known, but cannot be reached"])
        #expect(
            lines(known: 4, connected: 1)
                == [
                    "connected to 1 peer, 0 of them seeds, but none has sent the metadata", gone[0],
                ])
    }

    @Test("A stall report ends with advice")
    func advice() {
        func advice(known: Int, connected: Int = 0) -> String {
            StallReport(
                status: status { ($0.knownPeers, $0.peers) = (known, connected) }, trackers: [],
                dhtNodes: nil
            ).advice
        }
        #expect(advice(known: 0).hasPrefix("hint: start a seeder, and name it"))
        #expect(advice(known: 1).hasPrefix("hint: make a seeder reachable"))
        #expect(advice(known: 1, connected: 1).hasPrefix("hint: wait for a seed"))
    }

    @Test(
        "A stall report says if connected peers have the missing pieces",
        arguments: [
            (MissingPieces(count: 3, unavailable: 3), "has any of the 3 missing pieces"),
            (MissingPieces(count: 3, unavailable: 0), "sends data"),
            (
                MissingPieces(count: 3, unavailable: 2),
                "sends data, and no peer has 2 of the 3 missing pieces"
            ),
        ])
    func missingPieces(missing: MissingPieces, words: String) {
        let report = StallReport(
            status: status { ($0.peers, $0.seeds) = (2, 1) }, trackers: [], missing: missing,
            dhtNodes: nil)
        #expect(
            report.description.hasPrefix(
                "connected to 2 peers, 1 of them seeds, but none \(words)"))
    }

    @Test(
        "A stall report without DHT nodes names the bootstrap nodes as the cause",
        arguments: [
            (
                [],
                "the DHT has no nodes to start from: <allow> and <proxy> exclude the public ones"
            ),
            (["a:1"], "the DHT has no nodes except those in <dht>, if they answer"),
        ])
    func noNodes(bootstrap: [String], words: String) {
        let report = StallReport(
            status: status { _ in }, trackers: [], dhtNodes: 0, dht: .on(bootstrap: bootstrap),
            names: SettingNames { "<\($0)>" })
        #expect(report.description.hasSuffix("\n  " + words))
    }

    @Test("A stall report lists the failures of each web seed by file, without secrets")
    func stalledWebSeeds() {
        let missing = (1...7).map {
            WebSeedFailure(url: "http://a/set/", file: "set/\($0)", reason: "404 Not Found")
        }
        let report = StallReport(
            status: status { _ in }, trackers: [],
            webSeeds: ["http://a/set", "http://u:p@b/x?sig=s", "http://c/", "http://d/"],
            webSeedFailures: missing + [
                WebSeedFailure(url: "http://a/set/", file: "set/8", reason: "403 Forbidden"),
                WebSeedFailure(
                    url: "http://u:p@b/x?sig=s", file: nil, reason: "Connection refused"),
                WebSeedFailure(url: "http://d/", file: "x", reason: "500 Internal Server Error"),
                WebSeedFailure(url: "http://d/", file: nil, reason: "it did not answer in time"),
            ], dhtNodes: nil)
        #expect(
            report.description.split(separator: "\n").map { $0.trimmingPrefix("  ") }[2...5] == [
                "web seed http://a/set: set/1, set/2, set/3, set/4, set/5 and 2 more files: 404 Not Found; set/8: 403 Forbidden",
                "web seed http://***@b/x?sig=***: Connection refused",
                "web seed http://c/: has sent nothing so far",
                "web seed http://d/: x: 500 Internal Server Error; it did not answer in time",
            ])
    }

    @Test("A failed file of a web seed is reported once, and the number of reports is limited")
    func webSeedNews() {
        var findings = PeerFindings()
        func note(_ file: String?, _ reason: String) -> Bool {
            findings.note(WebSeedFailure(url: "http://a/", file: file, reason: reason))
        }
        #expect(note("x", "404 Not Found"))
        #expect(!note("x", "404 Not Found"))
        #expect(note("x", "500 Internal Server Error"))
        #expect(!note(nil, "Connection refused"))
        let told = (0..<5000).count { note("\($0)", "404 Not Found") }
        #expect(told == 18)
        #expect(findings.webSeedFailures.count == 1000)
    }

    @Test("A download without a byte for too long has stalled, but a check has not")
    func stallWatch() {
        let start = ContinuousClock.now
        var configuration = EngineConfiguration()
        configuration.stallTimeout = .seconds(10)
        var watch = StallWatch(configuration, now: start)

        let checking = status { $0.state = .checking(0.5) }
        #expect(watch.verdict(checking, now: start + .seconds(60)) == nil)
        let received = status { $0.downloaded = 1 }
        #expect(watch.verdict(received, now: start + .seconds(65)) == nil)
        #expect(watch.verdict(received, now: start + .seconds(74)) == nil)
        #expect(watch.verdict(received, now: start + .seconds(75)) == .stalled(.seconds(10)))
    }

    @Test("A quiet download is reported once, and again after new data has arrived")
    func quiet() {
        let start = ContinuousClock.now
        var watch = StallWatch(EngineConfiguration(), now: start)
        let nothing = status { _ in }
        let after = StallWatch.patience
        #expect(watch.verdict(nothing, now: start + after - .seconds(1)) == nil)
        #expect(watch.verdict(nothing, now: start + after) == .quiet(after))
        #expect(watch.verdict(nothing, now: start + after * 2) == nil)
        #expect(watch.isQuiet)
        let some = status { $0.downloaded = 1 }
        #expect(watch.verdict(some, now: start + after * 3) == nil)
        #expect(!watch.isQuiet)
        #expect(watch.verdict(some, now: start + after * 4) == .quiet(after))
        watch.resume(now: start + after * 5)
        #expect(!watch.isQuiet)
    }

    @Test("A download that takes too long times out even if data arrives")
    func timeout() {
        let start = ContinuousClock.now
        var configuration = EngineConfiguration()
        configuration.timeout = .seconds(5)
        var watch = StallWatch(configuration, now: start)

        #expect(watch.verdict(status { $0.downloaded = 1 }, now: start + .seconds(4)) == nil)
        #expect(
            watch.verdict(status { $0.downloaded = 2 }, now: start + .seconds(5))
                == .timedOut(.seconds(5)))
    }
}
