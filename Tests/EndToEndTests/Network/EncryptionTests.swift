import PeerFixtures
import Testing

@Suite(
    "Each client that users have encrypts with us where one side asks for it, and does not where we will not",
    .timeLimit(.minutes(3)))
struct EncryptionTests {
    /// Who has a wish.
    enum Wish: CaseIterable, Sendable {
        /// We talk to nobody who does not encrypt.
        case ours
        /// They do not.
        case theirs
        /// We do not encrypt; they can, and do without.
        case none

        var environment: [String: String] {
            switch self {
            case .ours: ["PIERDAT_ENCRYPTION": "require"]
            case .theirs: [:]
            case .none: ["PIERDAT_ENCRYPTION": "off"]
            }
        }

        /// Whether we say in the clear what protocol it is, where that does not depend on them.
        var isClear: Bool? {
            switch self {
            case .ours: false
            case .theirs: nil
            case .none: true
            }
        }
    }

    @Test(
        "we get from it what a tracker leads to", .serialized, arguments: Client.allCases,
        Wish.allCases)
    func fromIt(client: Client, wish: Wish) async throws {
        try await Arrangement().get(
            from: client, isEncrypted: wish == .theirs, environment: wish.environment,
            isClear: wish.isClear)
    }

    // Transmission 3.00, whoever seeds, does not come again in the clear where its encryption is not answered.
    @Test(
        "it gets from us what a tracker leads to", .serialized,
        arguments: Client.allCases.flatMap { client in Wish.allCases.map { (client, $0) } }
            .filter { $0 != .transmission || $1 != .none })
    func toIt(client: Client, wish: Wish) async throws {
        try await Arrangement().give(
            to: client, isResolved: client.resolvesAtOnce, isEncrypted: wish == .theirs,
            environment: wish.environment, isClear: wish.isClear)
    }

    @Test("Transmission that would rather do without encryption gets from us, who do not encrypt")
    func toTransmission() async throws {
        try await Arrangement().giveToTransmission(
            with: ["encryption": "0"], environment: Wish.none.environment,
            isClear: Wish.none.isClear)
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
