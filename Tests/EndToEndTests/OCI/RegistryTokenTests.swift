import Foundation
import PeerFixtures
import Testing

@Suite("Tokens of registries during a download", .timeLimit(.minutes(3)))
struct RegistryTokenTests {
    typealias Answer = ScriptedServer.Answer

    private let registry = HostileRegistryTests()

    /// An artifact of many blobs, so that most are requested after the first has arrived.
    private func artifact() throws -> ArtifactInRegistry {
        var given = try ArtifactInRegistry(
            (0..<20).map { ("\($0).bin", FileAtOrigin.data(1 << 20, seed: UInt64($0))) })
        given.overlay.environment["PIERDAT_DOWNLOAD_LIMIT"] = "2M"
        return given
    }

    /// Downloads the artifact, and gives the server `next` answers after the first blob.
    private func get(
        _ given: ArtifactInRegistry, from server: ScriptedServer,
        next: @Sendable @escaping () -> [String: Answer]
    ) async throws -> Ended {
        let realm = "http://127.0.0.1:\(server.otherPort)/token"
        try server.answer(registry.closed(registry.answers(given), realm: realm))
        try given.logIn(to: "127.0.0.1:\(server.port)")
        async let changed: Void = Patience.until {
            guard
                await server.requests.contains(where: {
                    $0.status == 200 && $0.path.contains("/blobs/")
                })
            else { return nil }
            try server.answer(next())
            return ()
        }
        let ended = try await given.get(registry.uri(server))
        try await changed
        return ended
    }

    // The pause is longer than the time for which a server may be silent.
    @Test(
        "A token that is refused in the middle of a download is renewed once, however slow its server is",
        arguments: [0, 32])
    func renewal(pause: Int) async throws {
        let (given, registry) = (try artifact(), registry)
        try await ScriptedServer.serving(in: given.folder.path) { server in
            let realm = "http://127.0.0.1:\(server.otherPort)/token"
            let ended = try await get(given, from: server) {
                registry.closed(
                    registry.answers(given), realm: realm, token: "0ther-s3cret", pause: pause)
            }
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(given.arrived == given.expected)
            #expect(!"\(ended)".contains("s3cret"), "\(ended)")
            let requests = await server.requests
            #expect(requests.count { $0.path.hasPrefix("/token") } == 2, "\(requests)")
            #expect(
                requests.contains { $0.path.contains("/blobs/") && $0.status == 401 })
        }
    }

    @Test("A token server that gives nothing better ends the download, and the message says why")
    func refusal() async throws {
        let (given, registry) = (try artifact(), registry)
        try await ScriptedServer.serving(in: given.folder.path) { server in
            let realm = "http://127.0.0.1:\(server.otherPort)/token"
            let ended = try await get(given, from: server) {
                var all = registry.closed(
                    registry.answers(given), realm: realm, token: "0ther-s3cret")
                all["/token"] = Answer(status: 403)
                return all
            }
            #expect(ended.status == .exited(69), "\(ended)")
            #expect(ended.errors.contains("401"), "\(ended)")
            #expect(!"\(ended)".contains("s3cret"), "\(ended)")
            #expect(try given.overlay.seedLines.isEmpty)
        }
    }
}
