import PeerFixtures
import SystemPackage
import Testing

@Suite("Connection limit", .timeLimit(.minutes(3)))
struct ConnectionLimitTests {
    @Test(
        "A seeder keeps its connection limit, and all downloaders finish eventually",
        arguments: [1, nil])
    func seeder(limit: Int?) async throws {
        let given = try await Arrangement()
        try await VirtualNetwork.with { network in
            let ours = try await network.host(.v4)
            var origin = try Overlay(given.folder.path.appending("origin overlay")).on(ours)
            origin.environment["PIERDAT_CONNECTIONS"] = limit.map(String.init)
            let downloaders = try await (0..<3).asyncMap { number in
                let folder = given.folder.path.appending("downloader \(number)")
                var overlay = try Overlay(folder).on(try await network.host(.v4))
                overlay.environment["PIERDAT_DOWNLOAD_LIMIT"] = "300k"
                return overlay
            }
            try await origin.seeding(given.torrent, in: given.data.folder) { seed in
                let most = try await withThrowingTaskGroup(of: Void.self) { group in
                    for downloader in downloaders {
                        group.addTask {
                            let ended = try await downloader.pierdat(
                                given.torrent.magnet("x.pe=\(seed.address)"),
                                downloader.prefix.appending("data").string)
                            #expect(ended.status == .exited(0), "\(ended)")
                        }
                    }
                    let watch = Task { try await ours.mostConnections(to: seed.port) }
                    try await group.waitForAll()
                    watch.cancel()
                    return try await watch.value
                }
                if let limit { #expect(most == limit) } else { #expect(most > 1) }
            }
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async rethrows
        -> [Value]
    {
        var values: [Value] = []
        for element in self { values.append(try await body(element)) }
        return values
    }
}

extension PeerFixtures.Host {
    /// The maximum number of lasting connections to `port`, counted until the task is cancelled.
    /// The kernel accepts every connection at first.
    fileprivate func mostConnections(to port: UInt16) async throws -> Int {
        let sockets = Command(
            "/usr/bin/ss", ["-Htn", "state", "established", "sport", "=", ":\(port)"])
        var most = 0
        var before: Set<Substring> = []
        while !Task.isCancelled {
            let output = try await command(sockets).run().output
            let peers = output.split(separator: "\n").compactMap { $0.split(separator: " ").last }
            most = max(most, before.intersection(peers).count)
            before = Set(peers)
            try? await Task.sleep(for: .milliseconds(500))
        }
        return most
    }
}
