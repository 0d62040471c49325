import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite(
    "A get with an honest peer is done, in little memory, whatever its", .timeLimit(.minutes(10)))
struct HostileSourceTests {
    @Test("tracker does")
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

    @Test("tracker over UDP does")
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

    @Test("web seed does")
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

    @Test("a tracker that says escape sequences is quoted without them")
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
    /// Some at a time: a get waits most of its time. What one of them throws harms no other.
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
    /// Has aria2c seed, at the address that `body` is called with, while that runs.
    fileprivate func withHonestPeer(
        _ body: @escaping @Sendable (Arrangement, String) async throws -> Void
    ) async throws {
        try await Aria2.seeding(torrent, data) { try await body(self, $0.address) }
    }

    /// Has `uri` got slowly enough for all that it names to have its say, and expects all of the data.
    fileprivate func expectGet(
        of uri: String, from peers: String = "", _ behaviour: String
    ) async throws {
        var get = overlay.command(
            "pierdat", "--backend", "bittorrent", uri, destination.string)
        get.environment["PIERDAT_DOWNLOAD_LIMIT"] = "300k"
        get.environment["PIERDAT_PEERS"] = peers
        // Three thousand peers that are none are tried in a minute and a half: the honest one is not the last.
        get.environment["PIERDAT_STALL_TIMEOUT"] = "60"
        let ended = try await get.inLittleMemory().run()
        #expect(ended.status == .exited(0), "\(behaviour): \(ended)")
        #expect(try isComplete, "\(behaviour)")
    }
}
