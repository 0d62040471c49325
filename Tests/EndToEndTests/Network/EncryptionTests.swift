import PeerFixtures
import Testing

@Suite(
    "Each client that users have encrypts with us where one side asks for it",
    .timeLimit(.minutes(3)))
struct EncryptionTests {
    /// Which side talks to nobody who does not encrypt.
    enum Side: CaseIterable, Sendable {
        case ours, theirs

        var environment: [String: String] {
            self == .ours ? ["PIERDAT_ENCRYPTION": "require"] : [:]
        }
    }

    @Test(
        "we get from it what a tracker leads to", .serialized, arguments: Client.allCases,
        Side.allCases)
    func fromIt(client: Client, side: Side) async throws {
        try await Arrangement().get(
            from: client, isEncrypted: side == .theirs, environment: side.environment)
    }

    @Test(
        "it gets from us what a tracker leads to", .serialized, arguments: Client.allCases,
        Side.allCases)
    func toIt(client: Client, side: Side) async throws {
        try await Arrangement().give(
            to: client, isResolved: client.resolvesAtOnce, isEncrypted: side == .theirs,
            environment: side.environment)
    }

    @Test(
        "who comes in the clear over uTP is met encrypted, and need not come again",
        arguments: [TorrentFile.Version.v1, .v2, .hybrid])
    func answered(version: TorrentFile.Version) async throws {
        let given = try await Arrangement(version)
        try await VirtualNetwork.with { network in
            let (there, here) = try await (network.host(), network.host())
            var overlay = given.overlay.on(here)
            overlay.environment["PIERDAT_ENCRYPTION"] = "require"
            // So many seconds until it would come again.
            let settings = ["min_reconnect_time": LibtorrentPeer.Setting.number(3600)]
            try await exchange(
                given, overlay, weSeed: true, settings: settings, on: there, isNamed: true)
        }
        #expect(try given.isComplete)
    }
}
