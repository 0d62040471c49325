import PeerFixtures
import Testing

@Suite(
    "Each client that users have is met over TCP alone, and over uTP alone where it speaks that",
    .timeLimit(.minutes(3)))
struct ClientTransportTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let client: Client
        /// As `PIERDAT_TRANSPORT` has it.
        let transport: String

        var testDescription: String { "\(client) over \(transport)" }
        var environment: [String: String] { ["PIERDAT_TRANSPORT": transport] }
    }

    // What libtorrent's own does, TransportTests show.
    static let cases = Client.allCases.filter { $0 != .libtorrent }.flatMap { client in
        (client.speaksUTP ? ["tcp", "utp"] : ["tcp"]).map { Case(client: client, transport: $0) }
    }

    @Test("we get from it what a tracker leads to", .serialized, arguments: cases)
    func fromIt(_ item: Case) async throws {
        try await Arrangement().get(from: item.client, environment: item.environment)
    }

    // Transmission 3.00, whoever seeds, tries uTP first, and gives up the connection over TCP that it makes
    // when nobody answers there.
    @Test(
        "it gets from us what a tracker leads to", .serialized,
        arguments: cases.filter { $0.client != .transmission || $0.transport == "utp" })
    func toIt(_ item: Case) async throws {
        try await Arrangement().give(
            to: item.client, isResolved: item.client.resolvesAtOnce,
            environment: item.environment)
    }

    @Test("Transmission that does without uTP gets from us over TCP alone")
    func toTransmission() async throws {
        try await Arrangement().giveToTransmission(
            with: ["utp-enabled": "false"], environment: ["PIERDAT_TRANSPORT": "tcp"])
    }
}
