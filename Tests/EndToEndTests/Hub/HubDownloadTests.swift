import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Downloads from the Hugging Face Hub", .timeLimit(.minutes(5)))
struct HubDownloadTests {
    @Test(
        "A branch is resolved to a commit, its files are downloaded and recorded, and the URI to pin is printed"
    )
    func branch() async throws {
        let given = try RepositoryAtHub()
        try await given.serving { server, given in
            let ended = try await given.get("hf://\(RepositoryAtHub.name)")
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(given.arrived == given.expected())
            #expect(ended.errors.contains("warning: 'main' can move"), "\(ended)")
            let hash = try Self.infoHash(in: ended)
            #expect(
                ended.errors.contains(
                    "'hf://acme/tiny@\(RepositoryAtHub.commit)#xt=urn:btih:\(hash)'"))
            let torrent = given.overlay.prefix.appending("var/lib/pierdat/\(hash).torrent")
            #expect(
                try given.overlay.seedLines == [
                    "pierdat-seed-bittorrent \(torrent) \(given.destination)"
                ])
            let requests = await server.requests.count { $0.path.contains("/resolve/") }
            let again = try await given.get(
                "hf://\(RepositoryAtHub.name)@\(RepositoryAtHub.commit)")
            #expect(again.status == .exited(0), "\(again)")
            #expect(again.errors.contains("there already and verified"), "\(again)")
            #expect(!again.errors.contains("can move"), "\(again)")
            #expect(await server.requests.count { $0.path.contains("/resolve/") } == requests)
        }
    }

    private static func infoHash(in ended: Ended) throws -> String {
        String(try #require(ended.errors.components(separatedBy: "xt=urn:btih:").last?.prefix(40)))
    }

    @Test(
        "The torrent is the canonical one of the folder, and the Hub's own client downloads the same bytes"
    )
    func sameAsClient() async throws {
        let given = try RepositoryAtHub()
        try given.behave(#"{"page": 2}"#)
        try await given.serving { server, given in
            let ended = try await given.get("hf://\(RepositoryAtHub.name)")
            #expect(ended.status == .exited(0), "\(ended)")
            let other = given.folder.path.appending("client")
            let paths = try await HubClient.download(
                RepositoryAtHub.name, kind: "model", from: server.endpoint, into: other,
                home: given.folder.path)
            #expect(Set(paths) == Set(given.files.keys))
            let files = RepositoryAtHub.files(below: other).filter { !$0.key.hasPrefix(".cache/") }
            #expect(files == given.files)
            let published = try await given.overlay.pierdat(
                "publish", "--canonical", given.destination.appending("tiny").string)
            #expect(published.status == .exited(0), "\(published)")
            #expect(published.output.contains(try Self.infoHash(in: ended)), "\(published)")
        }
    }

    @Test(
        "Data sets, spaces, old models, folders, files, tags and the Hub's pages can be named",
        arguments: [
            ("models", "acme/tiny", "hf://acme/tiny/sub", "sub"),
            ("models", "acme/tiny", "hf://acme/tiny@v1.0/config.json", nil),
            ("models", "acme/tiny", "hf://acme/tiny@refs%2Fpr%2F1/model.safetensors", nil),
            ("models", "acme/tiny", "hf://acme/tiny@refs/pr/1", "tiny"),
            ("models", "acme/tiny", "ENDPOINT/acme/tiny", "tiny"),
            ("models", "acme/tiny", "ENDPOINT/acme/tiny/tree/v1.0/sub", "sub"),
            ("models", "acme/tiny", "ENDPOINT/acme/tiny/blob/main/config.json", nil),
            (
                "models", "acme/tiny",
                "ENDPOINT/acme/tiny/resolve/main/model.safetensors?download=true", nil
            ),
            ("datasets", "acme/tiny", "hf://datasets/acme/tiny", "tiny"),
            ("datasets", "acme/tiny", "ENDPOINT/datasets/acme/tiny/tree/main", "tiny"),
            ("spaces", "acme/tiny", "hf://spaces/acme/tiny#name=other", "other"),
            ("models", "gpt2", "hf://gpt2", "gpt2"),
            ("models", "gpt2", "hf://gpt2@main/config.json", nil),
        ] as [(String, String, String, String?)])
    func places(kind: String, name: String, uri: String, root: String?) async throws {
        let given = try RepositoryAtHub(kind: kind, name: name)
        for ref in ["v1.0", "refs/pr/1"] { try given.refer(ref, to: RepositoryAtHub.commit) }
        try await given.serving { server, given in
            let uri = uri.replacingOccurrences(of: "ENDPOINT", with: server.endpoint)
            let ended = try await given.get(uri)
            #expect(ended.status == .exited(0), "\(ended)")
            let expected =
                switch root {
                case "sub":
                    given.expected(below: "").filter { $0.key.hasPrefix("/sub/") }
                        .reduce(into: [:]) { $0[String($1.key.dropFirst())] = $1.value }
                case let root?: given.expected(below: root)
                case nil:
                    given.files.filter { uri.contains($0.key) }
                }
            #expect(!expected.isEmpty)
            #expect(given.arrived == expected)
        }
    }

    @Test("--select downloads only some files, which are a data set of their own")
    func selection() async throws {
        let given = try RepositoryAtHub()
        try await given.serving { _, given in
            let uri = "hf://\(RepositoryAtHub.name)"
            let ended = try await given.get("--select", "sub", "--select", "*.json", uri)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(
                Set(given.arrived.keys)
                    == ["tiny/config.json", "tiny/sub/empty.txt", "tiny/sub/größe 1%.txt"])
            #expect(ended.errors.contains("with the same --select"), "\(ended)")
            let none = try await given.get("--select", "*.gguf", uri)
            #expect(none.status == .exited(65), "\(none)")
            #expect(none.errors.contains("no file matches '*.gguf'"), "\(none)")
        }
    }

    @Test(
        "A branch that moves while its files are listed and downloaded gives the files of one commit"
    )
    func moving() async throws {
        let given = try RepositoryAtHub()
        try given.add("config.json", Data("new".utf8), at: RepositoryAtHub.otherCommit)
        try given.behave(#"{"page": 1, "moves": {"main": "\#(RepositoryAtHub.otherCommit)"}}"#)
        try await given.serving { _, given in
            let ended = try await given.get("hf://\(RepositoryAtHub.name)")
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(given.arrived == given.expected())
            #expect(ended.errors.contains("It is \(RepositoryAtHub.commit) now"), "\(ended)")
        }
    }

    @Test("10,000 small files are downloaded over a few connections")
    func manyFiles() async throws {
        var files: [String: Data] = [:]
        for number in 0..<10_000 {
            files["\(number % 97)/\(number).txt"] = Data("\(number)\n".utf8)
        }
        let given = try RepositoryAtHub(files: files)
        try await given.serving { server, given in
            let ended = try await given.get("hf://\(RepositoryAtHub.name)")
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(given.arrived == given.expected())
            #expect(try given.overlay.seedLines.count == 1)
        }
    }

    @Test("pierdat seed verifies files that were there before, and records them")
    func verify() async throws {
        let given = try RepositoryAtHub()
        try await given.serving { _, given in
            let uri = "hf://\(RepositoryAtHub.name)"
            _ = try await given.get(uri)
            let data = given.destination.appending("tiny")
            for path in [given.destination, data] {
                var other = given
                other.overlay = try Overlay(
                    given.folder.path.appending("other-\(path == data)"))
                other.overlay.environment = given.overlay.environment
                let ended = try await other.overlay.pierdat("seed", uri, path.string)
                #expect(ended.status == .exited(0), "\(ended)")
                #expect(try other.overlay.seedLines.count == 1)
            }
            try Data("{\"a\": 2}\n".utf8).write(
                to: URL(filePath: data.appending("config.json").string))
            let wrong = try await given.overlay.pierdat("seed", uri, data.string)
            #expect(wrong.status == .exited(65), "\(wrong)")
            #expect(wrong.errors.contains("config.json is missing or does not have"), "\(wrong)")
        }
    }
}
