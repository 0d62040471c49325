import PeerFixtures
import SystemPackage
import Testing

@Suite("Peers with restricted transports", .serialized, .timeLimit(.minutes(3)))
struct TransportTests {
    typealias Settings = [String: LibtorrentPeer.Setting]

    /// The configuration of a libtorrent peer.
    enum Peer: String, Sendable {
        case overTCPAlone, overUTPAlone, inTheClearAlone, encryptedAlone

        var settings: Settings {
            switch self {
            case .overTCPAlone:
                ["enable_incoming_utp": .flag(false), "enable_outgoing_utp": .flag(false)]
            case .overUTPAlone:
                ["enable_incoming_tcp": .flag(false), "enable_outgoing_tcp": .flag(false)]
            case .inTheClearAlone: encryption(policy: 2, level: 1)
            case .encryptedAlone: encryption(policy: 0, level: 2)
            }
        }

        private func encryption(policy: Int, level: Int) -> Settings {
            [
                "in_enc_policy": .number(policy), "out_enc_policy": .number(policy),
                "allowed_enc_level": .number(level),
            ]
        }
    }

    @Test(
        "Data is exchanged with a peer that supports one transport or encryption mode only",
        arguments: [Peer.overTCPAlone, .overUTPAlone, .inTheClearAlone, .encryptedAlone],
        [true, false])
    func particular(peer: Peer, weSeed: Bool) async throws {
        let given = try await Arrangement()
        try await VirtualNetwork.with { network in
            let (there, here) = try await (network.host(), network.host())
            if peer == .overUTPAlone { try await there.refuseTCP() }
            try await exchange(
                given, given.overlay.on(here), weSeed: weSeed, settings: peer.settings, on: there,
                isNamed: true)
        }
        #expect(try given.isComplete)
    }
}
