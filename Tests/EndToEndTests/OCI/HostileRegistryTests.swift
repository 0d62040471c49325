import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Registries that ask for tokens, and hostile ones", .timeLimit(.minutes(3)))
struct HostileRegistryTests {
    typealias Answer = ScriptedServer.Answer

    /// The answers of a registry that has the artifact.
    func answers(
        _ given: ArtifactInRegistry, size: Int? = nil
    ) -> [String: Answer] {
        let base = "/v2/\(ArtifactInRegistry.repository)"
        let manifest = given.manifest(size: size)
        let answer = Answer(manifest, fields: ["Content-Type": ArtifactInRegistry.manifestType])
        var answers = [
            "\(base)/manifests/v1": answer,
            "\(base)/manifests/\(ArtifactInRegistry.digest(manifest))": answer,
        ]
        for data in given.layers.map(\.data) + [ArtifactInRegistry.config] {
            answers["\(base)/blobs/\(ArtifactInRegistry.digest(data))"] = Answer(data)
        }
        return answers
    }

    /// The same for a registry that wants a token, which the server at `realm` gives, after a pause in seconds.
    func closed(
        _ answers: [String: Answer], realm: String, token: String = "t0ken-s3cret", pause: Int = 0
    ) -> [String: Answer] {
        var closed: [String: Answer] = [:]
        let challenge =
            "Bearer realm=\"\(realm)\",service=\"registry\",scope=\"repository:team/model:pull\""
        for (path, answer) in answers {
            closed[path] = Answer(
                status: 401, fields: ["WWW-Authenticate": challenge], unless: "Bearer \(token)")
            closed["\(path) ok"] = answer
        }
        let lease = Data(#"{"token": "\#(token)", "expires_in": 300}"#.utf8)
        closed["/token"] = Answer(lease, pause: pause)
        return closed
    }

    func uri(_ server: ScriptedServer, _ reference: String = ":v1") -> String {
        "oci://127.0.0.1:\(server.port)/\(ArtifactInRegistry.repository)\(reference)"
    }

    @Test(
        "A token is asked for with the password at the registry's own host, and used for all requests"
    )
    func token() async throws {
        let given = try ArtifactInRegistry()
        try await ScriptedServer.serving(in: given.folder.path) { server in
            try server.answer(
                closed(answers(given), realm: "http://127.0.0.1:\(server.otherPort)/token"))
            try given.logIn(to: "127.0.0.1:\(server.port)")
            let ended = try await given.get(uri(server))
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(given.arrived == given.expected)
            let requests = await server.requests
            let tokens = requests.filter { $0.port == server.otherPort }
            #expect(tokens.count == 1, "\(tokens)")
            #expect(tokens.allSatisfy { $0.authorization.hasPrefix("Basic ") })
            #expect(tokens.first?.path.contains("scope=repository%3Ateam%2Fmodel%3Apull") == true)
            #expect(!"\(ended)".contains("s3cret"), "\(ended)")
        }
    }

    @Test("The password is not sent to a token server at another host without https")
    func foreignToken() async throws {
        let given = try ArtifactInRegistry()
        try await ScriptedServer.serving(in: given.folder.path) { server in
            try server.answer(
                closed(answers(given), realm: "http://localhost:\(server.otherPort)/token"))
            try given.logIn(to: "127.0.0.1:\(server.port)")
            let ended = try await given.get(uri(server))
            #expect(ended.status == .exited(69), "\(ended)")
            #expect(ended.errors.contains("the password is not sent there"), "\(ended)")
            #expect(await server.requests.allSatisfy { $0.port == server.port })
            #expect(await server.requests.allSatisfy { $0.authorization == "-" })
            // Without a password, there is nothing to protect.
            let other = try ArtifactInRegistry()
            let anonymous = try await other.get(uri(server))
            #expect(anonymous.status == .exited(0), "\(anonymous)")
            #expect(other.arrived == given.expected)
        }
    }

    @Test("A credential helper is named as the reason why access fails")
    func helper() async throws {
        let given = try ArtifactInRegistry()
        try await ScriptedServer.serving(in: given.folder.path) { server in
            var all = closed(answers(given), realm: "http://127.0.0.1:\(server.otherPort)/token")
            all["/token"] = Answer(status: 401)
            try server.answer(all)
            let home = try given.folder.make(".docker")
            try "{\"credHelpers\": {\"127.0.0.1:\(server.port)\": \"ecr-login\"}}".write(
                toFile: home.appending("config.json").string, atomically: true, encoding: .utf8)
            let ended = try await given.get(uri(server))
            #expect(ended.status == .exited(69), "\(ended)")
            #expect(ended.errors.contains("credential helper 'ecr-login'"), "\(ended)")
            try "{".write(
                toFile: home.appending("config.json").string, atomically: true, encoding: .utf8)
            let broken = try await given.get(uri(server))
            #expect(broken.status == .exited(64), "\(broken)")
        }
    }

    @Test(
        "Titles that would leave the folder, are there twice or are no names are refused before anything is written",
        arguments: [
            "../x", "/etc/x", "a/../../x", "a//b", "", "..", "a\\u0000b", "other", "other/x",
            ".pad/x",
        ])
    func titles(title: String) async throws {
        let given = try ArtifactInRegistry([
            (title, Data("1".utf8)), ("other", Data("2".utf8)), ("Other", Data("3".utf8)),
        ])
        try await ScriptedServer.serving(in: given.folder.path) { server in
            try server.answer(answers(given))
            let ended = try await given.get(uri(server))
            #expect(ended.status == .exited(65), "\(ended)")
            #expect(given.arrived.isEmpty)
            #expect(try given.overlay.seedLines.isEmpty)
        }
    }

    @Test(
        "A blob that is longer or shorter than the manifest says is refused",
        arguments: [0, 5, 5000])
    func sizes(size: Int) async throws {
        let given = try ArtifactInRegistry([
            ("a", Data(repeating: 1, count: 500)), ("b", Data("b".utf8)),
        ])
        try await ScriptedServer.serving(in: given.folder.path) { server in
            try server.answer(answers(given, size: size))
            let ended = try await given.get(uri(server))
            #expect(ended.status == .exited(65), "\(ended)")
            #expect(given.arrived["model/a"] == nil)
            #expect(try given.overlay.seedLines.isEmpty)
        }
    }

    @Test("A manifest with another digest than that of the URI is refused")
    func otherManifest() async throws {
        let given = try ArtifactInRegistry()
        try await ScriptedServer.serving(in: given.folder.path) { server in
            let digest = "sha256:" + String(repeating: "0", count: 64)
            var all = answers(given)
            all["/v2/\(ArtifactInRegistry.repository)/manifests/\(digest)"] = Answer(
                given.manifest())
            try server.answer(all)
            let ended = try await given.get(uri(server, "@\(digest)"))
            #expect(ended.status == .exited(65), "\(ended)")
            #expect(ended.errors.contains("instead of \(digest)"), "\(ended)")
            #expect(given.arrived.isEmpty)
        }
    }

    @Test(
        "What cannot be a manifest, and what is not there, is explained",
        arguments: [
            (":no", 66, "has no 'no'"), (":html", 65, "none of OCI"), (":old", 65, "none of OCI"),
            (":none", 65, "there are no files"), (":Busy", 66, "has no"),
            (":-", 65, "its tag is malformed"),
            ("@sha256:1", 65, "is malformed"), ("/UPPER:v1", 65, "in lower case"),
            (":v1#platform=linux", 65, "is not like linux/arm64"),
            (":v1#sha256=00", 65, "is malformed"),
        ] as [(String, Int32, String)])
    func unusable(reference: String, status: Int32, words: String) async throws {
        let given = try ArtifactInRegistry()
        try await ScriptedServer.serving(in: given.folder.path) { server in
            let base = "/v2/\(ArtifactInRegistry.repository)/manifests"
            try server.answer([
                "\(base)/html": Answer(Data("<html>".utf8)),
                "\(base)/old": Answer(Data(#"{"schemaVersion": 1, "fsLayers": []}"#.utf8)),
                "\(base)/none": Answer(Data(#"{"schemaVersion": 2, "layers": []}"#.utf8)),
            ])
            let ended = try await given.get(uri(server, reference))
            #expect(ended.status == .exited(status), "\(ended)")
            #expect(ended.errors.contains(words), "\(ended)")
            #expect(given.arrived.isEmpty)
        }
    }
}
