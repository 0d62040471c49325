import Foundation
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("Builds with alternatives", .serialized, .timeLimit(.minutes(5)))
struct AlternativesImageTests {
    private static let name = "model.bin"

    @Test("Data comes from IPFS if the web fails, and from a container if IPFS fails, too")
    func fallBack() async throws {
        let engine = try await DockerEngine()
        let given = try ContentOnIPFS.file(bytes: 3 << 20)
        let magnet = try await Self.magnet(of: given)
        let contents = try Data(contentsOf: URL(filePath: given.path.string))
        let digest = FileAtOrigin.digest(of: contents).hex
        let dead = "http://127.0.0.1:\(try FreePort.any())"
        let url = "\(dead)/\(Self.name)#sha256=\(digest)"
        let first = try await given.served { node, cid in
            let image = try await DockerImage.build(
                by: engine, from: "Dockerfile-alternatives", on: .busybox,
                [
                    "URL": url, "CONTENT": "ipfs://\(cid)#name=\(Self.name)", "MAGNET": magnet,
                    "PIERDAT_IPFS_GATEWAYS": node.gateway(),
                ])
            return (image, cid)
        }
        let (image, cid) = first
        #expect(image.log.contains("trying backend ipfs"), "\(image.log)")
        try await image.use { image in
            try await DockerContainer.running(image) { container in
                let address = try await container.seederAddress()
                let next = try await DockerImage.build(
                    by: engine, from: "Dockerfile-alternatives", on: .busybox,
                    [
                        "URL": url, "CONTENT": "ipfs://\(cid)#name=\(Self.name)",
                        "MAGNET": "\(magnet)&x.pe=\(address)", "PIERDAT_IPFS_GATEWAYS": dead,
                    ])
                #expect(next.log.contains("trying backend bittorrent"), "\(next.log)")
                try await next.use { next in
                    let lists = try await (image.seedList, next.seedList)
                    #expect(lists.0 == lists.1)
                    let digests = try await next.run(
                        ["/srv/data/\(Self.name)"], options: ["--entrypoint=sha256sum"])
                    #expect(digests.output.hasPrefix(digest), "\(digests)")
                }
            }
        }
    }

    /// The link of the file's canonical torrent under the name that it has in the image.
    private static func magnet(of given: ContentOnIPFS) async throws -> String {
        let file = try given.folder.make("published").appending(name)
        try FileManager.default.copyItem(atPath: given.path.string, toPath: file.string)
        let ended = try await given.overlay.pierdat("publish", "--canonical", file.string)
        let hash = try #require(ended.output.firstMatch(of: /urn:btih:([0-9a-f]{40})/), "\(ended)")
        return "magnet:?xt=urn:btih:\(hash.1)"
    }
}

extension DockerImage {
    fileprivate var seedList: String {
        get async throws {
            try await run(["/etc/pier.dat"], options: ["--entrypoint=cat"]).output
        }
    }
}
