import PeerFixtures
import Testing

@Suite(
    "Exchange with other clients", .serialized,
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

    @Test(
        "We resolve a magnet link and download from each client through a tracker", arguments: cases
    )
    func fromIt(_ item: Case) async throws {
        try await Arrangement(item.version).get(from: item.client)
    }

    @Test("Each client resolves a magnet link and downloads from us", arguments: cases)
    func toIt(_ item: Case) async throws {
        try await Arrangement(item.version).give(
            to: item.client, isResolved: item.client.resolvesAtOnce)
    }
}

@Suite("Transmission resolving magnet links", .timeLimit(.minutes(3)))
struct SlowClientTests {
    @Test("Transmission resolves a magnet link from us")
    func resolve() async throws {
        try await Arrangement().give(to: .transmission, isResolved: true)
    }
}
