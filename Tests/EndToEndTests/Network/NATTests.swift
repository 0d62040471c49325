import PeerFixtures
import SystemPackage
import Testing

@Suite("Network address translation", .timeLimit(.minutes(3)))
struct NATTests {
    @Test("Two peers behind NAT are introduced by a third and punch a hole (BEP 55)")
    func holePunching() async throws {
        let given = try await Arrangement()
        try await VirtualNetwork.with { network in
            let third = try Overlay(given.folder.path.appending("third overlay"))
                .on(try await network.host(.v4))
            let home = try await network.router().host()
            let office = try await network.router().host()
            let behind = try Overlay(given.folder.path.appending("origin overlay")).on(home)
            // It has no data yet, and its download takes longer than the test.
            let limited = try given.folder.make("third")
            try await Self.getting(given, third, limited, limit: "15k") { address in
                var origin = behind
                origin.environment["PIERDAT_PEERS"] = address
                try await origin.seeding(given.torrent, in: given.data.folder) { _ in
                    let ended = try await given.overlay.on(office).pierdat(
                        given.torrent.magnet("x.pe=\(address)"), given.destination.string)
                    #expect(ended.status == .exited(0), "\(ended)")
                }
            }
            #expect(try !given.data.isEqual(below: limited))
        }
        #expect(try given.isComplete)
    }

    @Test("A peer behind NAT, as in a container without a published port, seeds to reachable peers")
    func seedingFromInside() async throws {
        let given = try await Arrangement()
        try await VirtualNetwork.with { network in
            let outside = try await network.host(.v4)
            let container = try await network.router().host()
            let tracking = try await network.host(.v4)
            let origin = try Overlay(given.folder.path.appending("origin overlay")).on(container)
            try await Tracker.tracking([given.torrent], in: given.folder.path, on: tracking) {
                tracker in
                let get = given.overlay.on(outside).command(
                    "pierdat", given.torrent.magnet("tr=\(tracker.announce())"),
                    given.destination.string)
                try await RunningProcess.with(get) { get in
                    _ = try await get.line(containing: "0 peers")
                    try await origin.seeding(
                        given.torrent, in: given.data.folder, tracker: tracker
                    ) { _ in try await get.end() }
                }
            }
        }
        #expect(try given.isComplete)
    }

    /// Downloads the data to `overlay` at `limit` bytes per second while `body` runs with its
    /// address.
    private static func getting(
        _ given: Arrangement, _ overlay: Overlay, _ folder: FilePath, limit: String,
        _ body: @escaping @Sendable (String) async throws -> Void
    ) async throws {
        var overlay = overlay
        overlay.environment["PIERDAT_PORT"] = "6881"
        overlay.environment["PIERDAT_DOWNLOAD_LIMIT"] = limit
        let command = overlay.command("pierdat", given.torrent.path.string, folder.string)
        try await RunningProcess.with(command) { [overlay] process in
            _ = try await process.line(containing: "0 peers")
            try await body(overlay.host.endpoint(6881))
        }
    }
}
