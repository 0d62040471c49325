import PeerFixtures
import SystemPackage
import Testing

import enum LinuxSystem.FreePort

@Suite(
    "IPv6-only network with other clients", .serialized,
    .timeLimit(.minutes(3)))
struct IPv6Tests {
    @Test(
        "We resolve a magnet link and download from each client over IPv6",
        arguments: Client.allCases)
    func fromIt(client: Client) async throws {
        let given = try await Arrangement()
        try await VirtualNetwork.with { network in
            let (ours, other) = try await (network.host(.v6), network.host(.v6))
            if client == .transmission { try await other.addUselessV4() }
            let port = try FreePort.any()
            try await client.seeding(
                given.withDeadTracker(), given.data, state: given.folder.make("state"), on: other,
                port: port
            ) {
                let ended = try await given.overlay.on(ours).pierdat(
                    given.torrent.magnet("x.pe=\(other.endpoint(port))"), given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
            }
        }
        #expect(try given.isComplete)
    }

    @Test("Each client downloads from us over IPv6", arguments: Client.allCases)
    func toIt(client: Client) async throws {
        let given = try await Arrangement()
        let announced = try given.withDeadTracker()
        let uri =
            client.resolvesAtOnce
            ? announced.magnet("tr=\(given.deadTracker)") : announced.path.string
        let (state, destination) = try (
            given.folder.make("state"), given.folder.make("destination")
        )
        try await VirtualNetwork.with { network in
            let (ours, other) = try await (network.host(.v6), network.host(.v6))
            if client == .transmission { try await other.addUselessV4() }
            let port = try FreePort.any()
            var origin = given.overlay.on(ours)
            origin.environment["PIERDAT_PEERS"] = other.endpoint(port)
            origin.environment["PIERDAT_RESOLVE_INTERVAL"] = "1"
            try await origin.seeding(given, once: other, listensOn: port) {
                try await client.download(
                    uri, into: destination, state: state, on: other, port: port)
            }
        }
        #expect(try client.hasAll(of: given.data, below: destination))
    }
}

extension Arrangement {
    /// The torrent with an unreachable tracker, because rtorrent requires one.
    fileprivate func withDeadTracker() throws -> TorrentFile {
        try torrent.announced(to: deadTracker, at: folder.path.appending("announced.torrent"))
    }

    /// A port on which nobody listens.
    fileprivate var deadTracker: String { "http://[::1]:1/announce" }
}

extension Overlay {
    /// Seeds the data while `body` runs, starting when `other` listens on `port`.
    fileprivate func seeding(
        _ given: Arrangement, once other: Host, listensOn port: UInt16,
        _ body: @Sendable () async throws -> Void
    ) async throws {
        let seed = command(
            "pierdat-seed-bittorrent", given.torrent.path.string, given.data.folder.string)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await Patience.until { try await other.accepts(port) ? () : nil }
                try await RunningProcess.with(seed) { _ in try await Task.sleep(for: .seconds(600))
                }
            }
            try await body()
            group.cancelAll()
        }
    }
}

extension Host {
    /// Adds an IPv4 address that no other host can reach. Without one, transmission's control
    /// interface does not listen.
    fileprivate func addUselessV4() async throws {
        let ip = Command("/usr/sbin/ip", ["addr", "add", "192.0.2.1/32", "dev", "lo"])
        let ended = try await command(ip).run()
        guard ended.status.isSuccess else { throw FixtureError("\(ended)") }
    }
}
