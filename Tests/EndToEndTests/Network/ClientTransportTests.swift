import PeerFixtures
import Testing

@Suite(
    "Exchange with other clients over TCP or uTP only",
    .timeLimit(.minutes(3)))
struct ClientTransportTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let client: Client
        /// In the format of `PIERDAT_TRANSPORT`.
        let transport: String

        var testDescription: String { "\(client) over \(transport)" }
        var environment: [String: String] { ["PIERDAT_TRANSPORT": transport] }
    }

    // TransportTests cover libtorrent itself.
    static let cases = Client.allCases.filter { $0 != .libtorrent }.flatMap { client in
        (client.speaksUTP ? ["tcp", "utp"] : ["tcp"]).map { Case(client: client, transport: $0) }
    }

    @Test("We download from each client over a single transport", .serialized, arguments: cases)
    func fromIt(_ item: Case) async throws {
        try await Arrangement().get(from: item.client, environment: item.environment)
    }

    // Not Transmission 3.00 over TCP: with any seeder it tries uTP first, and gives up its TCP
    // connection when nobody answers over uTP.
    @Test(
        "Each client downloads from us over a single transport", .serialized,
        arguments: cases.filter { $0.client != .transmission || $0.transport == "utp" })
    func toIt(_ item: Case) async throws {
        try await Arrangement().give(
            to: item.client, isResolved: item.client.resolvesAtOnce,
            environment: item.environment)
    }

    @Test("Transmission without uTP downloads from us over TCP only")
    func toTransmission() async throws {
        try await Arrangement().giveToTransmission(
            with: ["utp-enabled": "false"], environment: ["PIERDAT_TRANSPORT": "tcp"])
    }
}
