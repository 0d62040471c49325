import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Cache mount in a real Docker engine", .serialized, .timeLimit(.minutes(5)))
struct CacheMountTests {
    @Test("The second build takes its data from the cache, into an identical layer")
    func rebuild() async throws {
        let engine = try await DockerEngine()
        let given = try await Arrangement(.hybrid)
        let file = given.folder.path.appending("Dockerfile")
        // Every run of the test has its own cache. If the cache were below /etc or /var/cache, the
        // layer with the mount point would contain their times, which differ once Docker's own
        // cache has lost that layer.
        try Data(
            """
            ARG BASE
            FROM $BASE
            ADD root /
            RUN --network=host mkdir -p /var/cache/pierdat && \
                touch -d @0 /var/cache/pierdat /var/cache /etc
            ARG MAGNET
            ARG BUILD
            ENV PIERDAT_CACHE=/var/cache/pierdat
            RUN --network=host --mount=type=cache,id=\(UUID()),target=/var/cache/pierdat \
                pierdat --stall-timeout 30 "$MAGNET" /srv/data

            """.utf8
        ).write(to: URL(filePath: file.string))
        let (first, magnet) = try await given.overlay.seeding(
            given.torrent, in: given.data.folder
        ) { seed in
            let magnet = given.torrent.magnet("x.pe=\(seed.address)")
            return (try await Self.build(file, magnet, "first", by: engine), magnet)
        }
        // While the first image exists, Docker's own cache keeps the layer with the mount point.
        try await first.use { first in
            #expect(first.log.contains("copied from the cache"), "\(first.log)")
            let second = try await Self.build(file, magnet, "second", by: engine)
            try await second.use { image in
                let archive = try await DockerArchive(of: first, in: given.folder)
                let other = try await DockerArchive(of: image, in: given.folder)
                let differences = try await other.differences(from: archive)
                // A busy engine may have made the layer with the mount point again, with other times.
                #expect(
                    archive.digests.last == other.digests.last,
                    "\(differences.joined(separator: "\n"))")
                #expect(image.log.contains("is in the cache already and verified"), "\(image.log)")
                #expect(!image.log.contains("received"), "\(image.log)")
                try await DockerContainer.running(image, options: ["--entrypoint=/entrypoint.sh"]) {
                    container in
                    let ended = try await given.overlay.pierdat(
                        given.torrent.magnet("x.pe=\(container.seederAddress())"),
                        given.destination.string)
                    #expect(ended.status == .exited(0), "\(ended)")
                }
            }
        }
        #expect(try given.isComplete)
    }

    /// `name` makes the RUN unique, so that it is executed. (With --no-cache the mount would be
    /// empty.)
    private static func build(
        _ file: FilePath, _ magnet: String, _ name: String, by engine: DockerEngine
    ) async throws -> DockerImage {
        try await DockerImage.build(
            by: engine, file: file, on: .debian, ["MAGNET": magnet, "BUILD": name])
    }
}
