import PeerFixtures
import Testing

@Suite("pierdat test-backend, of the backends for other origins", .timeLimit(.minutes(10)))
struct OriginConformanceTests {
    private func expectConformance(
        of backend: String, _ uri: String, _ options: [String] = [], in overlay: Overlay
    ) async throws {
        let run = try await ConformanceRun(of: backend, uri, options, in: overlay)
        #expect(run.ended.status == .exited(0), "\(run.ended)")
        #expect(run.rules("not checked").isEmpty, "\(run.ended)")
        #expect(run.rules("passed").count > 20, "\(run.ended)")
    }

    @Test("The built-in backend hf follows the contract")
    func hub() async throws {
        let given = try RepositoryAtHub()
        try await given.serving { _, given in
            let uri = "hf://\(RepositoryAtHub.name)@\(RepositoryAtHub.commit)"
            try await expectConformance(of: "hf", uri, in: given.overlay)
        }
    }

    @Test("The built-in backend oci follows the contract")
    func registry() async throws {
        let given = try ArtifactInRegistry()
        try await RegistryServer.serving(in: given.folder.path) { server in
            try await given.push(to: server)
            let digest = ArtifactInRegistry.digest(given.manifest())
            let uri = "oci://\(server.authority)/\(ArtifactInRegistry.repository)@\(digest)"
            try await expectConformance(of: "oci", uri, in: given.overlay)
        }
    }

    @Test(
        "The built-in backend records follows the contract", arguments: RecordServer.Kind.allCases)
    func records(kind: RecordServer.Kind) async throws {
        let given = try RecordAtServer()
        try await given.serving { server in
            try await expectConformance(of: "records", server.uri(kind), in: given.overlay)
        }
    }

    @Test("The built-in backend ipfs follows the contract")
    func ipfs() async throws {
        let given = try ContentOnIPFS.file(bytes: 5 << 20)
        try await given.served { node, cid in
            let overlay = given.overlay(asking: [node.gateway()])
            try await expectConformance(of: "ipfs", "ipfs://\(cid)", in: overlay)
        }
    }

    @Test("The backend rsync follows the contract")
    func rsync() async throws {
        let given = try ScriptedOrigin()
        try await RsyncServer.serving(given.published, state: given.folder.path) { server in
            let uri = server.uri(ScriptedOrigin.file) + given.pin
            try await expectConformance(
                of: "rsync", uri,
                ["--expect", String(given.pin.dropFirst().replacing("=", with: ":"))],
                in: given.overlay)
        }
    }

    @Test("The backend rclone follows the contract")
    func rclone() async throws {
        let given = try ScriptedOrigin()
        try await S3Server.serving(given.origin) { server in
            let uri = "s3://bucket/\(ScriptedOrigin.file)\(given.pin)"
            try await expectConformance(of: "rclone", uri, in: given.with(server).overlay)
        }
    }

    @Test("The backend git-lfs follows the contract")
    func gitLFS() async throws {
        let given = try await GitLFSBackendTests.Given()
        try await given.serving { server, _ in
            let uri = "lfs:\(server.url("repo"))@\(given.commit)"
            try await expectConformance(of: "git-lfs", uri, in: given.origin.overlay)
        }
    }

    @Test("The backend git-annex follows the contract")
    func gitAnnex() async throws {
        let given = try await GitAnnexBackendTests.Given()
        try await given.serving { server in
            let uri = "annex:\(server.url)repo/.git@\(given.commit)"
            try await expectConformance(of: "git-annex", uri, in: given.origin.overlay)
        }
    }

    @Test("The backend kubo follows the contract")
    func kubo() async throws {
        let given = try await ContentOnIPFS.file(bytes: 5 << 20).withKubo()
        try await given.served { node, cid in
            let overlay = try given.overlay(knowing: [node.peer])
            try await expectConformance(of: "kubo", "ipfs://\(cid)", in: overlay)
        }
    }
}
