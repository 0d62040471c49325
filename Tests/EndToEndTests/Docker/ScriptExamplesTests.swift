import Foundation
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("Examples with backends that are scripts", .serialized, .timeLimit(.minutes(8)))
struct ScriptExamplesTests {
    @Test("An image built from an rsync server seeds its data to others")
    func rsync() async throws {
        let given = try ScriptedOrigin()
        let image = try await RsyncServer.serving(given.published, state: given.folder.path) {
            try await build("rsync", uri: $0.uri(ScriptedOrigin.file) + given.pin)
        }
        try await expectSeeding(image, given)
    }

    @Test("An image built from a bucket seeds its data to others, and has no credentials")
    func rclone() async throws {
        let given = try ScriptedOrigin()
        let secrets = given.folder.path.appending("credentials")
        try """
        [default]
        aws_access_key_id = \(S3Server.key)
        aws_secret_access_key = \(S3Server.secret)

        """.write(toFile: secrets.string, atomically: true, encoding: .utf8)
        let image = try await S3Server.serving(given.origin) { server in
            try await build(
                "rclone", uri: "s3://bucket/\(ScriptedOrigin.file)\(given.pin)",
                ["AWS_ENDPOINT_URL_S3": server.environment["AWS_ENDPOINT_URL_S3"] ?? ""],
                options: ["--secret", "id=credentials,src=\(secrets)"])
        }
        #expect(!image.log.contains(S3Server.secret), "\(image.log)")
        try await expectSeeding(image, given)
    }

    @Test("An image built from a repository with Git LFS seeds its data to others")
    func gitLFS() async throws {
        let given = try await GitLFSBackendTests.Given()
        let image = try await given.serving { server, _ in
            try await build(
                "git-lfs", uri: "lfs:\(server.url("repo"))@main#\(ScriptedOrigin.file)")
        }
        try await expectSeeding(image, given.origin)
    }

    @Test("An image built from a repository of git-annex seeds its data to others")
    func gitAnnex() async throws {
        let given = try await GitAnnexBackendTests.Given()
        let image = try await given.serving { server in
            try await build(
                "git-annex", uri: "annex:\(server.url)repo/.git@main#\(ScriptedOrigin.file)")
        }
        try await expectSeeding(image, given.origin)
    }

    @Test("An image built from a node of IPFS seeds its data by BitTorrent and to other nodes")
    func kubo() async throws {
        let given = try await ContentOnIPFS.folder().withKubo()
        let programs = try given.folder.make("image/usr/local/bin").removingLastComponent()
            .removingLastComponent().removingLastComponent()
        try await KuboProgram.bundle(in: programs.appending("usr/local/bin"))
        let port = try FreePort.any()
        let image = try await given.served { node, cid in
            try await build(
                "kubo", uri: "ipfs://\(cid)#name=data",
                [
                    "PACKAGES": "ca-certificates python3",
                    "SETTINGS": KuboProgram.settings([node.peer], port: port),
                ], options: ["--build-context", "ipfs/kubo:v0.43.1=\(programs)"])
        }
        try await image.use { image in
            try await DockerContainer.running(image) { container in
                var overlay = given.overlay
                overlay.environment["PIERDAT_PEERS"] = try await container.seederAddress()
                let list = try await container.execute(["cat", "/etc/pier.dat"])
                let torrent = try #require(
                    list.output.firstMatch(of: /pierdat-seed-bittorrent \S*\/([0-9a-f]+)\.torrent/))
                var ended = try await overlay.pierdat(
                    "magnet:?xt=urn:btih:\(torrent.1)", given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
                #expect(try given.isComplete(as: "data"))
                try await Patience.until {
                    let name = try await container.execute(
                        ["sh", "-c", "cat /tmp/*/kubo/api && cat /tmp/*/kubo/config"])
                    return name.status == .exited(0) ? () : nil
                }
                let settings = try await container.execute(["sh", "-c", "cat /tmp/*/kubo/config"])
                let id = try #require(
                    settings.output.firstMatch(of: /"PeerID": *"([0-9A-Za-z]+)"/))
                let cid = try #require(image.log.firstMatch(of: /searching IPFS for \/ipfs\/(\w+)/))
                let next = try await ContentOnIPFS.folder().withKubo()
                let peer = IPFSPeer(id: String(id.1), address: "/ip4/127.0.0.1/tcp/\(port)")
                ended = try await next.kubo("ipfs://\(cid.1)#name=data", from: peer)
                #expect(ended.status == .exited(0), "\(ended)")
                #expect(try next.isComplete(as: "data"))
            }
        }
    }

    private func build(
        _ backend: String, uri: String, _ arguments: [String: String] = [:], options: [String] = []
    ) async throws -> DockerImage {
        try await DockerImage.build(
            by: DockerEngine(), from: "Dockerfile-\(backend)", on: .debian,
            arguments.merging(["URI": uri]) { $1 }, options: options)
    }

    /// Downloads the file from a container of the image by its digest, then removes both.
    private func expectSeeding(_ image: DockerImage, _ given: ScriptedOrigin) async throws {
        try await image.use { image in
            try await DockerContainer.running(image) { container in
                var overlay = given.overlay
                overlay.environment["PIERDAT_PEERS"] = try await container.seederAddress()
                let ended = try await overlay.pierdat(
                    "sha256:\(given.pin.dropFirst(8))", given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
            }
        }
        #expect(given.arrived() == given.contents)
    }
}
