import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Examples with origins in a real Docker engine", .serialized, .timeLimit(.minutes(5)))
struct OriginExamplesTests {
    @Test(
        "An image with a model of the Hub is built with a secret token, which it does not contain")
    func hub() async throws {
        let engine = try await DockerEngine()
        let given = try RepositoryAtHub()
        try given.behave(#"{"token": "hf_s3cret"}"#)
        let token = given.folder.path.appending("token")
        try "hf_s3cret".write(toFile: token.string, atomically: true, encoding: .utf8)
        let image = try await given.serving { server, _ in
            try await DockerImage.build(
                by: engine, from: "Dockerfile-huggingface", on: .busybox,
                ["HF_ENDPOINT": server.endpoint, "URI": "hf://\(RepositoryAtHub.name)"],
                options: ["--no-cache", "--secret", "id=hf,src=\(token)"])
        }
        #expect(image.log.contains("@\(RepositoryAtHub.commit)#xt=urn:btih:"), "\(image.log)")
        #expect(!image.log.contains("s3cret"), "\(image.log)")
        try await image.use { image in
            let sum = try await image.run(
                ["/srv/models/tiny/model.safetensors"], options: ["--entrypoint=sha256sum"])
            let data = given.files["model.safetensors"] ?? Data()
            #expect(sum.output.hasPrefix(FileAtOrigin.digest(of: data).hex), "\(sum)")
            let seeds = try await image.run(["/etc/pier.dat"], options: ["--entrypoint=cat"])
            #expect(seeds.output.contains("pierdat-seed-bittorrent "), "\(seeds)")
        }
    }

    @Test("An image with a record is built, and its container seeds the data to others")
    func record() async throws {
        let engine = try await DockerEngine()
        let given = try RecordAtServer()
        let image = try await given.serving { server in
            try await DockerImage.build(
                by: engine, from: "Dockerfile-records", on: .busybox,
                ["URI": server.uri(.zenodo)], options: ["--no-cache"])
        }
        let match = try #require(image.log.firstMatch(of: /'(zenodo:[^']+#xt=urn:btih:\w+)'/))
        let pinned = String(match.1)
        try await image.use { image in
            try await DockerContainer.running(image) { container in
                var overlay = given.overlay
                overlay.environment["PIERDAT_PEERS"] = try await container.seederAddress()
                let ended = try await overlay.pierdat(pinned, given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
            }
        }
        #expect(given.arrived == given.expected(.zenodo))
    }

    @Test(
        "An image with an artifact is built from a closed registry, and does not contain the password"
    )
    func registry() async throws {
        let engine = try await DockerEngine()
        let given = try ArtifactInRegistry()
        let image = try await RegistryServer.serving(in: given.folder.path, isClosed: true) {
            server in
            try await given.push(to: server)
            try given.logIn(to: server.authority)
            let login = given.folder.path.appending(".docker").appending("config.json")
            return try await DockerImage.build(
                by: engine, from: "Dockerfile-oci", on: .busybox,
                ["URI": "oci://\(server.authority)/\(ArtifactInRegistry.repository):v1"],
                options: ["--no-cache", "--secret", "id=docker,src=\(login)"])
        }
        #expect(image.log.contains("#xt=urn:btih:"), "\(image.log)")
        #expect(!image.log.contains(RegistryServer.password), "\(image.log)")
        try await image.use { image in
            let sum = try await image.run(
                ["/srv/data/model/weights.bin"], options: ["--entrypoint=sha256sum"])
            let data = given.layers[0].data
            #expect(sum.output.hasPrefix(FileAtOrigin.digest(of: data).hex), "\(sum)")
        }
    }
}
