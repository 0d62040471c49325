import PeerFixtures
import SystemPackage
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
        let given = try await Arrangement(item.version)
        try await given.inTrackedSwarm { swarm in
            try await item.client.seeding(
                swarm.torrent, given.data, state: given.folder.make("state"), on: swarm.other
            ) {
                try await swarm.tracker.hasSeed(of: given.torrent)
                let ended = try await given.overlay.on(swarm.ours).pierdat(
                    swarm.magnet, given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
            }
        }
        #expect(try given.isComplete)
    }

    @Test("it resolves a magnet link and fetches the data from us", arguments: cases)
    func toIt(_ item: Case) async throws {
        try await item.download { $0.client.resolvesAtOnce ? $1.magnet : $1.torrent.path.string }
    }
}

@Suite("Transmission takes its time", .timeLimit(.minutes(3)))
struct SlowClientTests {
    @Test("it resolves a magnet link from us")
    func resolve() async throws {
        try await ClientTests.Case(client: .transmission, version: .v1).download { $1.magnet }
    }
}

extension ClientTests.Case {
    /// Has the client download from us what `uri` says.
    fileprivate func download(_ uri: @Sendable (Self, TrackedSwarm) -> String) async throws {
        let given = try await Arrangement(version)
        try await given.inTrackedSwarm { swarm in
            let overlay = given.overlay.on(swarm.ours)
            try await overlay.seeding(
                given.torrent, in: given.data.folder, tracker: swarm.tracker
            ) { _ in
                try await client.download(
                    uri(self, swarm), into: given.folder.make("destination"),
                    state: given.folder.make("state"), on: swarm.other)
            }
        }
        #expect(try client.hasAll(of: given.data, below: given.destination))
    }
}
