import PeerFixtures
import Testing

@Suite(
    "Encryption with other clients",
    .timeLimit(.minutes(3)))
struct EncryptionTests {
    /// Which side has a requirement.
    enum Wish: CaseIterable, Sendable {
        /// We require encryption.
        case ours
        /// The other client requires encryption.
        case theirs
        /// We disable encryption. The other client supports it but can do without.
        case none

        var environment: [String: String] {
            switch self {
            case .ours: ["PIERDAT_ENCRYPTION": "require"]
            case .theirs: [:]
            case .none: ["PIERDAT_ENCRYPTION": "off"]
            }
        }

        /// Whether our handshake is unencrypted. nil if that depends on the other client.
        var isClear: Bool? {
            switch self {
            case .ours: false
            case .theirs: nil
            case .none: true
            }
        }
    }

    @Test(
        "We download from each client if either side requires encryption or we disable it",
        .serialized,
        arguments: Client.allCases,
        Wish.allCases)
    func fromIt(client: Client, wish: Wish) async throws {
        try await Arrangement().get(
            from: client, isEncrypted: wish == .theirs, environment: wish.environment,
            isClear: wish.isClear)
    }

    // Transmission 3.00 does not retry without encryption, with any seeder.
    @Test(
        "Each client downloads from us if either side requires encryption or we disable it",
        .serialized,
        arguments: Client.allCases.flatMap { client in Wish.allCases.map { (client, $0) } }
            .filter { $0 != .transmission || $1 != .none })
    func toIt(client: Client, wish: Wish) async throws {
        try await Arrangement().give(
            to: client, isResolved: client.resolvesAtOnce, isEncrypted: wish == .theirs,
            environment: wish.environment, isClear: wish.isClear)
    }

    @Test("Transmission that prefers no encryption downloads from us without encryption")
    func toTransmission() async throws {
        try await Arrangement().giveToTransmission(
            with: ["encryption": "0"], environment: Wish.none.environment,
            isClear: Wish.none.isClear)
    }

    @Test(
        "A plain-text peer over uTP gets encrypted without reconnecting",
        arguments: [TorrentFile.Version.v1, .v2, .hybrid])
    func answered(version: TorrentFile.Version) async throws {
        let given = try await Arrangement(version)
        try await VirtualNetwork.with { network in
            let (there, here) = try await (network.host(), network.host())
            var overlay = given.overlay.on(here)
            overlay.environment["PIERDAT_ENCRYPTION"] = "require"
            // The seconds until it would reconnect.
            let settings = ["min_reconnect_time": LibtorrentPeer.Setting.number(3600)]
            try await exchange(
                given, overlay, weSeed: true, settings: settings, on: there, isNamed: true)
        }
        #expect(try given.isComplete)
    }
}
