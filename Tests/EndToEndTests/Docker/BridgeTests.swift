import Foundation
import PeerFixtures
import SystemPackage
import Testing

import enum LinuxSystem.FreePort

@Suite("Docker's default bridge without a published port", .timeLimit(.minutes(5)))
struct BridgeTests {
    @Test(
        "A build gets its data, and its container seeds to its host and to reachable peers outside"
    )
    func buildAndSeed() async throws {
        let given = try await Arrangement()
        let outer = try given.next
        try await VirtualNetwork.with { network in
            let (dockers, outside) = try await (network.host(.v4), network.host(.v4))
            let swarm = try Swarm(given, dockers: dockers, outside: outside)
            try await DockerEngine.running(on: dockers, in: given.folder.make("engine")) { engine in
                try await Tracker.tracking([given.torrent], in: given.folder.path, on: dockers) {
                    tracker in
                    try await swarm.build(with: engine, tracker).use { image in
                        // The name of the outside downloader resolves only later.
                        let port = try FreePort.any()
                        let options = [
                            "--env=PIERDAT_PEERS=\(outside.endpoint(port))",
                            "--env=PIERDAT_RESOLVE_INTERVAL=1",
                        ]
                        try await DockerContainer.running(
                            image, network: "bridge", options: options
                        ) { container in
                            try await container.line(containing: "listening on port")
                            let here = try await given.overlay.on(dockers).pierdat(
                                given.torrent.magnet("tr=\(tracker.announce())"),
                                given.destination.string)
                            #expect(here.status == .exited(0), "\(here)")

                            var overlay = outer.overlay.on(outside)
                            overlay.environment["PIERDAT_PORT"] = "\(port)"
                            let there = try await overlay.pierdat(
                                given.torrent.path.string, outer.destination.string)
                            #expect(there.status == .exited(0), "\(there)")
                        }
                    }
                }
            }
        }
        #expect(try given.isComplete)
        #expect(try outer.isComplete)
    }

    private struct Swarm: Sendable {
        let given: Arrangement
        let dockers: PeerFixtures.Host
        let outside: PeerFixtures.Host
        /// An example without the host's network.
        private let file: FilePath

        init(_ given: Arrangement, dockers: PeerFixtures.Host, outside: PeerFixtures.Host) throws {
            self.given = given
            self.dockers = dockers
            self.outside = outside
            file = given.folder.path.appending("Dockerfile")
            let example = try Package.text(of: "examples/Dockerfile-alpine")
            let changed = example.replacing("RUN --network=host ", with: "RUN ")
            try #require(changed != example)
            try Data(changed.utf8).write(to: URL(filePath: file.string))
        }

        /// Builds the image with data from an outside origin, which is gone afterwards.
        func build(with engine: DockerEngine, _ tracker: Tracker) async throws -> DockerImage {
            let origin = try Overlay(given.folder.path.appending("origin overlay")).on(outside)
            return try await origin.seeding(given.torrent, in: given.data.folder) { seed in
                try await DockerImage.build(
                    by: engine, file: file, on: .busybox,
                    [
                        "MAGNET": given.torrent.magnet(
                            "x.pe=\(seed.address)", "tr=\(tracker.announce())")
                    ], options: ["--network=default"])
            }
        }
    }
}
