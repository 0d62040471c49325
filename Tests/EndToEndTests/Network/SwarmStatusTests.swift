import Foundation
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("Scrape counts in pierdat status", .timeLimit(.minutes(3)))
struct SwarmStatusTests {
    @Test(
        "The status has the counts that trackers return to announces over HTTP and UDP",
        arguments: [Tracker.Transport.http, .udp])
    func announced(transport: Tracker.Transport) async throws {
        let given = try await Arrangement()
        try await Tracker.tracking([given.torrent], in: given.folder.make("tracker")) { tracker in
            let waiting = given.overlay.command(
                "pierdat", "--backend", "bittorrent",
                given.torrent.magnet("tr=\(tracker.announce(transport))"), given.destination.string)
            try await RunningProcess.with(waiting) { _ in
                try await tracker.hasDownloader(of: given.torrent)
                try await given.supervising(announced: tracker.announce(transport)) { seeder in
                    try await seeder.says("trackers report 1 seed and 1 peer downloading")
                }
            }
        }
    }

    /// What a tracker returns to an announce and to a scrape.
    struct Answer: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var announced = ""
        let scraped: String
        let status: String
        var isScraped = true
    }

    private static let answers = [
        Answer(
            testDescription: "a tracker that says it only then",
            scraped: "8:completei3e10:incompletei2e",
            status: "trackers report 3 seeds and 2 peers downloading"),
        Answer(
            testDescription: "one that lies",
            scraped: "8:completei2147483647e10:incompletei-7e",
            status: "trackers report 1000000 seeds"),
        Answer(
            testDescription: "one that need not be",
            announced: "8:completei4e10:incompletei0e", scraped: "8:completei9e10:incompletei9e",
            status: "trackers report 4 seeds and 0 peers downloading", isScraped: false),
    ]

    @Test("The status has the counts from scrapes if announces return none", arguments: answers)
    func scraped(answer: Answer) async throws {
        let given = try await Arrangement()
        let folder = try given.answering(answer)
        try await WebServer.serving(folder, state: given.folder.make("nginx")) { web in
            try await given.supervising(announced: web.url + "announce") { seeder in
                try await seeder.says(answer.status)
            }
            #expect(try web.requests.contains { $0.contains("/scrape?") } == answer.isScraped)
        }
    }

    @Test("A failing tracker is reported once, and again when it works")
    func failing() async throws {
        let given = try await Arrangement()
        let port = try FreePort.any()
        let url = "http://127.0.0.1:\(port)/announce"
        try await given.supervising(announced: url) { seeder in
            _ = try await seeder.daemon.line(
                containing: "warning: tracker \(url): Connection refused")
            try await seeder.says("a tracker fails: see the log")
            try await Tracker.tracking(
                [given.torrent], in: given.folder.make("tracker"), port: port
            ) { _ in
                _ = try await seeder.daemon.line(containing: "tracker \(url) works again")
                try await seeder.says("trackers report 1 seed and 0 peers downloading")
            }
            let lines = await seeder.daemon.output.split(separator: "\n")
            #expect(lines.count { $0.contains("warning: tracker ") } == 1)
        }
    }

    @Test(
        "Trackers are scraped only through the proxy", arguments: ProxyServer.Kind.allCases)
    func proxied(kind: ProxyServer.Kind) async throws {
        let given = try await Arrangement()
        let answer = Self.answers[0]
        let folder = try given.answering(answer)
        try await VirtualNetwork.with { network in
            let (ours, between) = try await (network.host(.v4), network.host(.v4))
            let other = try await network.host(.v4)
            let around = "ip daddr != { \(between.address), 127.0.0.0/8 }"
            let counters = try await PacketCounters(on: ours, ["around": around])
            let state = try given.folder.make("state")
            try await ProxyServer.serving(kind, on: between, state: state) { proxy in
                try await WebServer.serving(folder, state: given.folder.make("nginx"), on: other) {
                    web in
                    try await given.supervising(
                        announced: web.url + "announce", on: ours,
                        ["PIERDAT_PROXY": proxy.url]
                    ) { seeder in
                        try await seeder.says(answer.status)
                    }
                    #expect(try web.requests.contains { $0.contains("/scrape?") })
                }
            }
            #expect(try await counters.packets == ["around": 0])
        }
    }
}

/// An overlay with a running `pierdatd`.
private struct Supervised: Sendable {
    let overlay: Overlay
    let daemon: RunningProcess

    /// Waits until the status ends with `words`.
    func says(_ words: String) async throws {
        try await Patience.until(every: .milliseconds(200)) {
            let status = try await overlay.pierdat("status", "--json").output
            return status.contains("; \(words)\"") ? () : nil
        }
    }
}

extension Arrangement {
    /// Seeds the data from another overlay with `pierdatd`, announced to `tracker`, while `body`
    /// runs.
    fileprivate func supervising(
        announced tracker: String, on host: PeerFixtures.Host = .loopback,
        _ environment: [String: String] = [:], _ body: @Sendable (Supervised) async throws -> Void
    ) async throws {
        var seeding = try Overlay(folder.path.appending("seeding")).on(host)
        seeding.environment["PIERDAT_TRACKERS"] = tracker
        seeding.environment.merge(environment) { $1 }
        try seeding.seed(torrent, in: data.folder)
        let overlay = seeding
        try await RunningProcess.with(overlay.command("pierdatd")) { daemon in
            _ = try await daemon.line(containing: "listening on port ")
            try await body(Supervised(overlay: overlay, daemon: daemon))
        }
    }

    /// A folder with the fixed answers of a tracker, for a web server.
    fileprivate func answering(_ answer: SwarmStatusTests.Answer) throws -> FilePath {
        let folder = try folder.make("tracker")
        let announced = "d\(answer.announced)8:intervali1800e5:peers0:e"
        try AtomicFile.write(Array(announced.utf8), to: folder.appending("announce"))
        let hash = try #require(torrent.v1)
        let scraped =
            try Array("d5:filesd20:".utf8) + TCPStream.bytes(ofInfoHash: hash)
            + Array("d\(answer.scraped)eee".utf8)
        try AtomicFile.write(scraped, to: folder.appending("scrape"))
        return folder
    }
}
