import PeerFixtures
import SystemPackage
import Testing

@Suite("Rate limits", .timeLimit(.minutes(3)))
struct LimitTests {
    enum Side: CaseIterable {
        case download, upload
    }

    @Test("A rate limit applies to both sides, also in the local network", arguments: Side.allCases)
    func limited(side: Side) async throws {
        let given = try await Arrangement()
        var downloader = given.overlay
        var origin = try Overlay(given.folder.path.appending("origin overlay"))
        switch side {
        case .download: downloader.environment["PIERDAT_DOWNLOAD_LIMIT"] = "100k"
        case .upload: origin.environment["PIERDAT_UPLOAD_LIMIT"] = "100k"
        }
        let took = try await origin.seeding(given.torrent, in: given.data.folder) {
            [downloader] seed in
            try await ContinuousClock().measure {
                let ended = try await downloader.pierdat(
                    given.torrent.magnet("x.pe=\(seed.address)"), given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
            }
        }
        // The data of three seconds out of 977 KiB may arrive in one burst.
        #expect(took > .seconds(6))
        #expect(try given.isComplete)
    }
}
