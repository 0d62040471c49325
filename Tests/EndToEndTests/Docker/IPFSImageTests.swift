import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Builds that get data from IPFS", .serialized, .timeLimit(.minutes(5)))
struct IPFSImageTests {
    @Test(
        "A container seeds what its build got from a gateway, and is healthy, when the gateway is gone"
    )
    func seeds() async throws {
        let engine = try await DockerEngine()
        let given = try ContentOnIPFS.folder()
        let image = try await given.served { node, cid in
            try await DockerImage.build(
                by: engine, from: "Dockerfile-ipfs", on: .busybox,
                [
                    "URI": "ipfs://\(cid)#name=data",
                    "PIERDAT_IPFS_GATEWAYS": node.gateway(),
                ])
        }
        try await image.use { image in
            let list = try await image.run(["/etc/pier.dat"], options: ["--entrypoint=cat"])
            let torrent = try #require(
                list.output.firstMatch(of: /pierdat-seed-bittorrent \S*\/([0-9a-f]+)\.torrent/))
            let hash = String(torrent.1)
            try await DockerContainer.running(image) { container in
                let address = try await container.seederAddress()
                let magnet = "magnet:?xt=urn:btih:\(hash)&x.pe=\(address)"
                let ended = try await given.overlay.pierdat(magnet, given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
                let health = try await container.execute(["pierdat", "health"])
                #expect(health.status == .exited(0), "\(health)")
            }
        }
        #expect(try given.isComplete(as: "data"))
    }
}
