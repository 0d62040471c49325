import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite(
    "Malicious sources next to an honest peer", .timeLimit(.minutes(10)))
struct HostileSourceTests {
    @Test("A download completes in little memory with any malicious tracker")
    func tracker() async throws {
        try await Arrangement().withHonestPeer { given, honest in
            try await HostileServer.running { server in
                try await HostileServer.Behaviour.allCases.forEachCase { behaviour in
                    try await given.another("\(behaviour)").expectGet(
                        of: given.torrent.magnet(
                            "tr=\(server.tracker(behaviour))", "x.pe=\(honest)"),
                        "\(behaviour)")
                    try await server.announced(to: behaviour)
                }
            }
        }
    }

    @Test("A download completes in little memory with any malicious UDP tracker")
    func trackerOverUDP() async throws {
        try await Arrangement().withHonestPeer { given, honest in
            try await HostileUDPTracker.Behaviour.allCases.forEachCase { behaviour in
                try await HostileUDPTracker.running(behaviour) { tracker in
                    try await given.another("\(behaviour)").expectGet(
                        of: given.torrent.magnet("tr=\(tracker.url)", "x.pe=\(honest)"),
                        "\(behaviour)")
                    try await tracker.announced()
                }
            }
        }
    }

    @Test("A download completes in little memory with any malicious web seed")
    func webSeed() async throws {
        try await Arrangement().withHonestPeer { given, honest in
            try await HostileServer.running { server in
                try await HostileServer.Behaviour.allCases.forEachCase { behaviour in
                    let torrent = try given.torrent.seeded(
                        by: [server.url(behaviour)],
                        at: given.folder.path.appending("\(behaviour).torrent"))
                    try await given.another("\(behaviour)").expectGet(
                        of: torrent.path.string, from: honest, "\(behaviour)")
                    try await server.asked(for: behaviour, "data%20set/")
                }
            }
        }
    }

    @Test("Escape sequences in a tracker's message are not printed")
    func escapes() async throws {
        let given = try await Arrangement()
        try await HostileServer.running { server in
            try await HostileUDPTracker.running(.longError) { tracker in
                let ended = try await given.overlay.pierdat(
                    "--backend", "bittorrent", "--stall-timeout", "4",
                    given.torrent.magnet(
                        "tr=\(tracker.url)", "tr=\(server.tracker(.escapes))"),
                    given.destination.string)
                #expect(ended.status == .exited(124), "\(ended)")
                for url in [tracker.url, server.tracker(.escapes)] {
                    #expect(ended.errors.contains("tracker \(url): "), "\(ended)")
                }
                let isClean = ended.errors.unicodeScalars.allSatisfy {
                    $0 == "\n" || !(0..<0x20).contains($0.value)
                }
                #expect(isClean && ended.errors.utf8.count < 4000, "\(ended)")
            }
        }
    }
}

extension Sequence where Element: Sendable {
    /// Runs several at a time, because downloads mostly wait. A failure of one does not affect the
    /// others.
    fileprivate func forEachCase(
        _ body: @escaping @Sendable (Element) async throws -> Void
    ) async throws {
        try await forEach(atOnce: 6) { behaviour in
            do {
                try await body(behaviour)
            } catch {
                Issue.record(error, "\(behaviour)")
            }
        }
    }
}

extension Arrangement {
    /// Runs an aria2c seeder while `body` runs, which gets the seeder's address.
    fileprivate func withHonestPeer(
        _ body: @escaping @Sendable (Arrangement, String) async throws -> Void
    ) async throws {
        try await Aria2.seeding(torrent, data) { try await body(self, $0.address) }
    }

    /// Downloads `uri` slowly enough for all of its sources to act, and expects all of the data.
    fileprivate func expectGet(
        of uri: String, from peers: String = "", _ behaviour: String
    ) async throws {
        var get = overlay.command(
            "pierdat", "--backend", "bittorrent", uri, destination.string)
        get.environment["PIERDAT_DOWNLOAD_LIMIT"] = "300k"
        get.environment["PIERDAT_PEERS"] = peers
        // Trying three thousand invalid peers takes a minute and a half. The honest one is not the
        // last.
        get.environment["PIERDAT_STALL_TIMEOUT"] = "60"
        let ended = try await get.inLittleMemory().run()
        #expect(ended.status == .exited(0), "\(behaviour): \(ended)")
        #expect(try isComplete, "\(behaviour)")
    }
}
