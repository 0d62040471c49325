import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Examples in a real Docker engine", .serialized, .timeLimit(.minutes(5)))
struct ExamplesTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let file: String
        let base: DockerBase
        var testDescription: String { file }
    }

    @Test(
        "An image built from a swarm seeds to others without the origin",
        arguments: [
            Example(file: "Dockerfile-ubuntu", base: .debian),
            Example(file: "Dockerfile-alpine", base: .busybox),
            Example(file: "Dockerfile-scratch", base: .empty),
            Example(file: "Dockerfile-multi-stage", base: .debian),
        ])
    func buildAndSeed(example: Example) async throws {
        let engine = try await DockerEngine()
        let given = try await Arrangement(.hybrid)
        try await given.building(example.file, on: example.base, with: engine) { image in
            try await DockerContainer.running(image) { container in
                try await given.fetch(from: container.seederAddress())
            }
        }
        #expect(try given.isComplete)
    }

    @Test("An image with its own user seeds as that user, who owns the data, and is healthy")
    func ownUser() async throws {
        let engine = try await DockerEngine()
        let given = try await Arrangement(.hybrid)
        try await given.building("Dockerfile-user", on: .busybox, with: engine) { image in
            try await DockerContainer.running(image) { container in
                try await given.fetch(from: container.seederAddress())
                let owner = try await container.execute([
                    "stat", "-c", "%u:%g", "/srv/data/\(DataSet.name)",
                ])
                #expect(owner.output == "1000:1000\n", "\(owner)")
                let user = try await container.execute(["id", "-u"])
                #expect(user.output == "1000\n", "\(user)")
                let health = try await container.execute(["pierdat", "health"])
                #expect(health.status == .exited(0), "\(health)")
            }
        }
        #expect(try given.isComplete)
    }

    @Test("An image with aria2 installed downloads and seeds its data with it")
    func anotherBackend() async throws {
        let engine = try await DockerEngine()
        let given = try await Arrangement()
        try await Tracker.tracking([given.torrent], in: given.folder.path) { tracker in
            let magnet = given.torrent.magnet("tr=\(tracker.announce())")
            let image = try await Aria2.seeding(given.torrent, given.data, tracker: tracker) { _ in
                try await DockerImage.build(
                    by: engine, from: "Dockerfile-aria2", on: .debian, ["MAGNET": magnet])
            }
            try await image.use { image in
                try await DockerContainer.running(image) { _ in
                    let ended = try await given.overlay.pierdat(magnet, given.destination.string)
                    #expect(ended.status == .exited(0), "\(ended)")
                }
            }
        }
        #expect(try given.isComplete)
    }

    @Test("An image that is its own origin prints a working magnet link")
    func publisher() async throws {
        let engine = try await DockerEngine()
        let given = try await Arrangement()
        let image = try await DockerImage.build(
            by: engine, from: "Dockerfile-publisher", on: .debian)
        try await image.use { image in
            let line = try #require(
                image.log.split(separator: "\n").first { $0.contains(" magnet: ") })
            let magnet = try #require(line.split(separator: " ").last)
            try await DockerContainer.running(image) { container in
                let ended = try await given.overlay.pierdat(
                    "\(magnet)&x.pe=\(container.seederAddress())", given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
            }
        }
        let name = "Dockerfile-publisher"
        #expect(
            FileManager.default.contentsEqual(
                atPath: given.destination.appending("data/\(name)").string,
                andPath: Package.root.appending("examples/\(name)").string))
    }
}

extension Arrangement {
    /// Builds an example that downloads the data from a seeder, which is gone when `body` runs.
    func building(
        _ example: String, on base: DockerBase, with engine: DockerEngine,
        arguments: [String: String] = [:],
        _ body: @Sendable (DockerImage) async throws -> Void
    ) async throws {
        let origin = try Overlay(folder.path.appending("origin-overlay"))
        let image = try await origin.seeding(torrent, in: data.folder) { seed in
            try await DockerImage.build(
                by: engine, from: example, on: base,
                arguments.merging(["MAGNET": torrent.magnet("x.pe=\(seed.address)")]) { $1 })
        }
        try await image.use(body)
    }

    /// Downloads the data only from `address`.
    func fetch(from address: String) async throws {
        let ended = try await overlay.pierdat(
            torrent.magnet("x.pe=\(address)"), destination.string)
        #expect(ended.status == .exited(0), "\(ended)")
    }
}
