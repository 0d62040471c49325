import PeerFixtures
import Testing

@Suite(
    "Each client that users have gives data to us and gets it from us", .serialized,
    .timeLimit(.minutes(3)))
struct ClientTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let client: Client
        let version: TorrentFile.Version

        var testDescription: String { "\(client) \(version)" }
    }

    static let cases = Client.allCases.flatMap { client in
        client.versions.map { Case(client: client, version: $0) }
    }

    @Test("a magnet link is resolved and fetched from it, whom a tracker names", arguments: cases)
    func fromIt(_ item: Case) async throws {
        try await Arrangement(item.version).get(from: item.client)
    }

    @Test("it resolves a magnet link and fetches the data from us", arguments: cases)
    func toIt(_ item: Case) async throws {
        try await Arrangement(item.version).give(
            to: item.client, isResolved: item.client.resolvesAtOnce)
    }
}

@Suite("Transmission takes its time", .timeLimit(.minutes(3)))
struct SlowClientTests {
    @Test("it resolves a magnet link from us")
    func resolve() async throws {
        try await Arrangement().give(to: .transmission, isResolved: true)
    }
}
