import BitTorrent
import Digest
import Testing

@testable import Origins

@Suite("URIs of records")
struct RecordURITests {
    @Test(
        "A URI names a server and a record, and the printed one names the same",
        arguments: [
            ("zenodo:123", "https://zenodo.org/", "zenodo:123", "zenodo.123"),
            (
                "zenodo://sandbox.zenodo.org/5", "https://sandbox.zenodo.org/",
                "zenodo://sandbox.zenodo.org/5", "zenodo.5"
            ),
            ("zenodo://127.0.0.1:80/5", "http://127.0.0.1/", "zenodo://127.0.0.1/5", "zenodo.5"),
            ("doi:10.5281/zenodo.123", "https://zenodo.org/", "zenodo:123", "zenodo.123"),
            ("DOI:10.5281/Zenodo.123", "https://zenodo.org/", "zenodo:123", "zenodo.123"),
            (
                "https://doi.org/10.5281/zenodo.123", "https://zenodo.org/", "zenodo:123",
                "zenodo.123"
            ),
            (
                "https://zenodo.org/records/123?x=y", "https://zenodo.org/", "zenodo:123",
                "zenodo.123"
            ),
            ("https://zenodo.org/record/123/", "https://zenodo.org/", "zenodo:123", "zenodo.123"),
            (
                "https://zenodo.org/doi/10.5281/zenodo.123", "https://zenodo.org/", "zenodo:123",
                "zenodo.123"
            ),
            (
                "dataverse:h.example/doi:10.5072/FK2/A@2.1", "https://h.example/",
                "dataverse:h.example/doi:10.5072/FK2/A@2.1", "A"
            ),
            (
                "dataverse://h.example:8080/hdl:1902.1/111", "https://h.example:8080/",
                "dataverse:h.example:8080/hdl:1902.1/111", "111"
            ),
            (
                "https://h.example/dataset.xhtml?persistentId=doi%3A10.5072/FK2/A&version=3.0",
                "https://h.example/", "dataverse:h.example/doi:10.5072/FK2/A@3.0", "A"
            ),
            (
                "archive:some-item_1.0", "https://archive.org/", "archive:some-item_1.0",
                "some-item_1.0"
            ),
            ("https://www.archive.org/details/x", "https://archive.org/", "archive:x", "x"),
            ("https://archive.org/download/x/", "https://archive.org/", "archive:x", "x"),
            ("archive://localhost:1/x", "http://localhost:1/", "archive://localhost:1/x", "x"),
        ])
    func places(text: String, server: String, uri: String, name: String) throws {
        let parsed = try #require(try RecordURI(text))
        #expect(parsed.server.text == server)
        #expect((parsed.place.uri, parsed.place.name) == (uri, name))
        #expect(try RecordURI(uri)?.place == parsed.place)
    }

    @Test(
        "Other URLs and URIs are left to others",
        arguments: [
            "https://zenodo.org/records/1/files/a", "https://zenodo.org/search",
            "https://archive.org/download/x/file", "https://archive.org/about",
            "https://doi.org/10.7910/DVN/A", "https://h.example/records/1",
            "https://zenodo.org/records/1#sha256=00", "http://zenodo.org/records/1",
            "https://h.example/dataset.xhtml", "https://u:p@zenodo.org/records/1", "zenodo", "",
            "magnet:?x", "#", "hf://a/b",
        ])
    func others(text: String) throws {
        #expect(try RecordURI(text) == nil)
    }

    @Test(
        "A malformed URI of a record is an error",
        arguments: [
            "zenodo:", "zenodo:x", "zenodo:1/2", "zenodo://h", "zenodo:///1", "zenodo://u@h/1",
            "zenodo:1#sha256=00", "zenodo:1#xt=1", "zenodo:1 2",
            "zenodo:1234567890123456789", "doi:10.7910/DVN/A", "doi:10.5281/zenodo.x", "archive:",
            "archive:..", "archive:a/b", "archive:a b", "archive:-x", "archive:é",
            "dataverse:h.example", "dataverse:h.example/A", "dataverse:h.example/doi:A",
            "dataverse:h.example/doi:10.1/../A", "dataverse:h.example/doi:10.1/A@x",
            "dataverse:h.example/doi:10.1/A@1.+2", "dataverse:h.example/doi:10.1/A?x",
            "dataverse:/doi:10.1/A",
        ])
    func malformed(text: String) {
        #expect(throws: RecordURIError.self) { try RecordURI(text) }
    }

    @Test("A fragment chooses a name and a torrent")
    func fragment() throws {
        let hash = String(repeating: "a", count: 40)
        let uri = try #require(try RecordURI("zenodo:1#xt=urn:btih:\(hash)&name=x"))
        #expect(uri.name?.text == "x" && uri.torrent?.v1 != nil)
    }

    @Test(
        "A file is verified by the MD5, SHA-1, SHA-256 or SHA-512 of its content",
        arguments: [
            (HashFunction.md5, "900150983cd24fb0d6963f7d28e17f72", "md5:"),
            (.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d", "sha1:"),
            (
                .sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "sha256:"
            ),
        ])
    func digests(function: HashFunction, hex: String, prefix: String) throws {
        let digest = try #require(OriginDigest(function, hex: hex.uppercased()))
        #expect(digest.description == prefix + hex)
        let hasher = try #require(digest.hasher(size: 3))
        Array("abc".utf8).withUnsafeBytes { hasher.add($0) }
        #expect(hasher.finish() == digest.bytes)
        #expect(OriginDigest(function, hex: hex.dropLast()) == nil)
    }
}
