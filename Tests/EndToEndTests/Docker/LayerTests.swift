import PeerFixtures
import SystemPackage
import Testing

@Suite("Layers, in a real Docker engine", .serialized, .timeLimit(.minutes(5)))
struct LayerTests {
    @Test("two builds without a cache make the very same layers")
    func reproducible() async throws {
        let engine = try await DockerEngine()
        let given = try await Arrangement(.hybrid)
        let layers = try await given.overlay.seeding(given.torrent, in: given.data.folder) { seed in
            let magnet = given.torrent.magnet("x.pe=\(seed.address)")
            let first = try await DockerImage.build(
                by: engine, from: "Dockerfile-ubuntu", on: .debian, ["MAGNET": magnet],
                options: ["--no-cache"])
            let one = try await first.layers()
            // Nothing of the first is there to be found.
            try await first.use { _ in }
            let second = try await DockerImage.build(
                by: engine, from: "Dockerfile-ubuntu", on: .debian, ["MAGNET": magnet],
                options: ["--no-cache"])
            let two = try await second.layers()
            try await second.use { _ in }
            return [one, two]
        }
        #expect(layers[0].count >= 2)
        #expect(layers[0] == layers[1])
    }
}
