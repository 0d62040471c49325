import BitTorrent
import HTTP
import Testing

@testable import Origins

@Suite("URIs of origins with several files")
struct OriginURITests {
    private static let commit = String(repeating: "a", count: 40)
    private static let hex = String(repeating: "ab", count: 32)

    private func hub(_ text: String) throws -> HubURI? {
        try HubURI(text, endpoint: RemoteURL("https://mirror.example/"))
    }

    @Test(
        "A URI of the Hub names a repository, a revision and a path",
        arguments: [
            ("hf://org/name", "org/name", "main", ""),
            ("hf://org/name/", "org/name", "main", ""),
            ("hf://datasets/org/name@v1/a/b%20c", "org/name", "v1", "a/b c"),
            ("hf://spaces/org/name@refs%2Fpr%2F2", "org/name", "refs/pr/2", ""),
            ("hf://org/name@refs/convert/parquet/x", "org/name", "refs/convert/parquet", "x"),
            ("hf://gpt2", "gpt2", "main", ""), ("hf://gpt2@v1/f", "gpt2", "v1", "f"),
            ("hf://gpt2/f", "gpt2/f", "main", ""),
            ("https://huggingface.co/org/name", "org/name", "main", ""),
            ("https://mirror.example/org/name/tree/v1/a", "org/name", "v1", "a"),
            ("https://hf.co/datasets/org/name/blob/main/f", "org/name", "main", "f"),
            ("https://huggingface.co/gpt2/resolve/main/f?download=true", "gpt2", "main", "f"),
        ])
    func hub(text: String, repository: String, revision: String, path: String) throws {
        let uri = try #require(try hub(text))
        #expect((uri.repository, uri.revision, uri.path) == (repository, revision, path))
    }

    @Test(
        "Other pages and URLs with a digest are not the Hub's",
        arguments: [
            "https://huggingface.co/", "https://huggingface.co/docs/hub",
            "https://h.example/org/name",
            "https://huggingface.co/org", "https://huggingface.co/org/name/discussions",
            "https://huggingface.co/org/name/resolve/main/f#sha256=\(hex)", "hf:org/name",
            "magnet:?x",
        ])
    func others(text: String) throws {
        #expect(try hub(text) == nil)
    }

    @Test(
        "A malformed URI of the Hub is an error",
        arguments: [
            "hf://", "hf://org/na me", "hf://org/name@", "hf://org/name/../x",
            "hf://org/name/a%2Fb", "hf://org/name@a/%00", "hf://org/name#xt=1", "hf://.org/name",
            "hf://org/name#sha256=\(hex)",
        ])
    func malformed(text: String) {
        #expect(throws: HubURIError.self) { try hub(text) }
    }

    @Test("The pinned URI is that of the same place at a commit")
    func pinned() throws {
        let uri = try #require(try hub("hf://datasets/org/name@v1/a%20b"))
        #expect(uri.pinned(to: Self.commit) == "hf://datasets/org/name@\(Self.commit)/a%20b")
        #expect(!uri.isPinned)
        #expect(try hub(uri.pinned(to: Self.commit))?.isPinned == true)
    }

    @Test(
        "A URI of a registry names a server, a repository and a manifest",
        arguments: [
            ("oci://r.example/a/b", "https://r.example/", "a/b", "latest"),
            ("oci://r.example:5000/a:v1", "https://r.example:5000/", "a", "v1"),
            (
                "oci://localhost:5000/a@sha256:\(hex)", "http://localhost:5000/", "a",
                "sha256:\(hex)"
            ),
            (
                "oci://127.0.0.1:5000/a:v1@sha256:\(hex)", "http://127.0.0.1:5000/", "a",
                "sha256:\(hex)"
            ),
            ("oci+http://r.example/a", "http://r.example/", "a", "latest"),
            ("oci+https://localhost/a", "https://localhost/", "a", "latest"),
            ("oci://docker.io/alpine:3", "https://registry-1.docker.io/", "library/alpine", "3"),
        ])
    func registry(text: String, server: String, repository: String, reference: String) throws {
        let uri = try #require(try RegistryURI(text))
        #expect(uri.server.text == server)
        #expect((uri.repository, uri.reference) == (repository, reference))
    }

    @Test("A fragment chooses a platform, a name and a torrent")
    func fragment() throws {
        let uri = try #require(
            try RegistryURI("oci://h/a#platform=linux/arm/v7&name=x&xt=urn:btih:\(Self.commit)"))
        #expect(uri.platform?.description == "linux/arm/v7")
        #expect(uri.name?.text == "x" && uri.torrent?.v1 != nil)
    }

    @Test(
        "A malformed URI of a registry is an error, and another URI is none",
        arguments: [
            "oci://", "oci://h", "oci://h/", "oci:///a", "oci://h/A", "oci://h/a//b",
            "oci://h/../a",
            "oci://h/a:", "oci://h/a:.x", "oci://h/a@sha256:1", "oci://u:p@h/a",
            "oci://h/a#platform=x",
        ])
    func malformedRegistry(text: String) throws {
        #expect(throws: RegistryURIError.self) { try RegistryURI(text) }
        #expect(try RegistryURI("ocix://h/a") == nil)
    }

    @Test("The password of docker login is found by the registry's name")
    func credentials() throws {
        let json = """
            {"auths": {"https://index.docker.io/v1/": {"auth": "dTpwOnE="}, "r.example": {"identitytoken": "x"},
              "https://index.docker.io/v1/access-token": {"auth": "dTphY2Nlc3M="},
              "https://index.docker.io/v1/refresh-token": {"auth": "dTpyZWZyZXNo"}},
             "credHelpers": {"h.example": "ecr"}}
            """
        let all = try #require(RegistryCredentials(json: Array(json.utf8)))
        func entry(_ text: String) throws -> RegistryCredentials.Entry {
            all.entry(for: try #require(try RegistryURI(text)).server)
        }
        #expect(
            try entry("oci://docker.io/a") == .password(HTTPCredentials(user: "u", password: "p:q"))
        )
        #expect(try entry("oci://other.example/a") == .none)
        #expect(try entry("oci://r.example/a") != .none)
        #expect(
            try entry("oci://h.example/a")
                == .unsupported("the credential helper 'ecr', which is not supported"))
    }

    @Test("A challenge names the token server")
    func challenge() {
        let field = #"Bearer realm="https://h/token",service="a,b=c",scope="repository:x:pull""#
        #expect(
            RegistryChallenge(field)
                == .bearer(realm: "https://h/token", service: "a,b=c", scope: "repository:x:pull"))
        #expect(RegistryChallenge("Basic realm=x") == .basic)
        #expect(RegistryChallenge("Bearer service=x") == nil)
        #expect(RegistryChallenge("Digest realm=x") == nil)
    }
}
