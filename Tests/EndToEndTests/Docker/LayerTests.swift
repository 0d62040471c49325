import PeerFixtures
import SystemPackage
import Testing

@Suite("Layers, in a real Docker engine", .serialized, .timeLimit(.minutes(5)))
struct LayerTests {
    @Test("two builds without a cache make the very same layers")
    func reproducible() async throws {
        let engine = try await DockerEngine()
        let given = try await Arrangement(.hybrid)
        let archives = try await given.overlay.seeding(given.torrent, in: given.data.folder) {
            seed in
            let magnet = given.torrent.magnet("x.pe=\(seed.address)")
            var archives: [DockerArchive] = []
            for _ in 1...2 {
                let image = try await DockerImage.build(
                    by: engine, from: "Dockerfile-ubuntu", on: .debian, ["MAGNET": magnet],
                    options: ["--no-cache"])
                archives.append(try await DockerArchive(of: image, in: given.folder))
                // Nothing of the first is there to be found.
                try await image.use { _ in }
            }
            return archives
        }
        #expect(archives[0].digests.count >= 2)
        let differences = try await archives[1].differences(from: archives[0])
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }
}
