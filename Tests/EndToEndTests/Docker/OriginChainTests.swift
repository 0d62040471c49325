import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Builds that get a file from a web server", .serialized, .timeLimit(.minutes(5)))
struct OriginChainTests {
    private static let dockerfile = """
        ARG BASE
        FROM $BASE
        ADD root /
        ARG URI
        ARG PEERS
        RUN --network=host PIERDAT_PEERS="$PEERS" pierdat "$URI" /srv/data
        ENTRYPOINT ["/entrypoint.sh"]
        CMD ["sh"]
        """

    @Test(
        "The first build gets the file from nginx, the second from the first one's container, and the third by its digest alone"
    )
    func chain() async throws {
        let given = try FileAtOrigin()
        let build = try Build(given, by: await DockerEngine())
        let state = try given.folder.make("nginx")
        let second = try await WebServer.serving(given.origin, state: state) { server in
            let uri = server.url + FileAtOrigin.name + given.pin
            let first = try await build.image(of: uri)
            #expect(first.log.contains("use '\(uri)&xt=urn:btih:"), "\(first.log)")
            // Parallel requests can overlap a little.
            let before = try server.bytesSent
            #expect(before >= given.contents.count, "\(first.log)")
            return try await build.seeding(first) { peer in
                let second = try await build.image(of: uri, peer: peer)
                let more = try server.bytesSent - before
                #expect(more < given.contents.count / 20, "\(more) bytes: \(second.log)")
                return second
            }
        }
        let third = try await build.seeding(second) { peer in
            try await build.image(of: given.digest.description, peer: peer)
        }
        try await third.use { image in
            let sum = try await image.run(
                ["/srv/data/\(FileAtOrigin.name)"], options: ["--entrypoint=sha256sum"])
            #expect(sum.output.hasPrefix(given.digest.hex + " "), "\(sum)")
            let seeds = try await image.run(["/etc/pier.dat"], options: ["--entrypoint=cat"])
            #expect(seeds.output.contains("pierdat-seed-bittorrent "), "\(seeds)")
        }
    }

    private struct Build: Sendable {
        let engine: DockerEngine
        private let file: FilePath

        init(_ given: FileAtOrigin, by engine: DockerEngine) throws {
            self.engine = engine
            file = given.folder.path.appending("Dockerfile")
            try OriginChainTests.dockerfile.write(
                toFile: file.string, atomically: true, encoding: .utf8)
        }

        /// An image with the data of `uri`.
        func image(of uri: String, peer: String = "") async throws -> DockerImage {
            try await DockerImage.build(
                by: engine, file: file, on: .busybox, ["URI": uri, "PEERS": peer],
                options: ["--no-cache"])
        }

        /// Runs `body` with the address of a container of the image, then removes both.
        func seeding<Value: Sendable>(
            _ image: DockerImage, _ body: @Sendable (String) async throws -> Value
        ) async throws -> Value {
            let value: Value
            do {
                value = try await DockerContainer.running(image) { container in
                    try await body(container.seederAddress())
                }
            } catch {
                try await image.use { _ in }
                throw error
            }
            try await image.use { _ in }
            return value
        }
    }
}
