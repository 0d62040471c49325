import BitTorrent
import Digest
import Origins
import Testing

@Suite("URI of a file on a web server")
struct WebURITests {
    private static let hex = String(repeating: "ab", count: 32)
    private static let infoHash = String(repeating: "0", count: 40)

    @Test("The fragment has the digest, the torrent and the name")
    func whole() throws {
        let text =
            "https://h.example/a/f%20g?q=1#sha256=\(Self.hex)&xt=urn:btih:\(Self.infoHash)&name=x%C3%BC"
        let uri = try #require(try WebURI("  \(text)\n"))
        #expect(uri.url.text == "https://h.example/a/f%20g?q=1")
        #expect(uri.digest == ContentDigest(.sha256, hex: Self.hex))
        #expect(uri.torrent?.v1?.description == Self.infoHash)
        #expect(uri.name?.text == "xü")
    }

    @Test(
        "A digest is written in several ways",
        arguments: [
            "#sha256=\(hex)", "#sha256:\(hex)", "#SHA256=\(hex.uppercased())",
            "#sha512=\(hex)\(hex)", "#sha256=\(hex)&sha256:\(hex)",
        ])
    func digests(fragment: String) throws {
        #expect(try WebURI("http://h/f\(fragment)")?.digest != nil)
    }

    @Test("A URL without a fragment has no digest", arguments: ["http://h/f", "http://h/f#"])
    func bare(text: String) throws {
        let uri = try #require(try WebURI(text))
        #expect(uri.digest == nil && uri.torrent == nil && uri.name == nil)
    }

    @Test(
        "Text that is not an http or https URL is left to others",
        arguments: [
            "", "magnet:?xt=urn:btih:0", "ftp://h/f", "httpx://h/f", "/a/b", "sha256:\(hex)",
        ])
    func others(text: String) throws {
        #expect(try WebURI(text) == nil)
    }

    @Test(
        "A mistyped fragment is an error, because data would go unverified",
        arguments: [
            ("#sha265=\(hex)", WebURIError.part("sha265=\(hex)")),
            ("#sha256=\(hex)0", .part("sha256=\(hex)0")), ("#section", .part("section")),
            ("#md5=0", .part("md5=0")), ("#xt=urn:btih:0", .torrent("urn:btih:0")),
            ("#sha256=\(hex)&sha512=\(hex)\(hex)", .severalDigests),
            ("#name=a%2Fb", .name(.badCharacter)), ("#name=", .name(.missing)),
        ])
    func mistyped(fragment: String, error: WebURIError) {
        #expect(throws: error) { try WebURI("https://h/f\(fragment)") }
    }

    @Test(
        "The last segment of the path is the name",
        arguments: [
            ("http://h/a/b.bin", "b.bin"), ("http://h/b?x=/y/z", "b"), ("http://h/%41%20b", "A b"),
            ("http://h/a/%C3%BC", "ü"),
        ])
    func names(url: String, name: String) throws {
        #expect(try FileName(of: RemoteURL(url)).text == name)
    }

    @Test(
        "A name that is missing, or would leave the folder or a line, is refused",
        arguments: [
            ("http://h/", FileNameError.missing), ("http://h/a/", .missing),
            ("http://h/%2E%2E", .missing), ("http://h/a%2Fb", .badCharacter),
            ("http://h/a%0Ab", .badCharacter), ("http://h/%FF", .encoding),
            ("http://h/" + String(repeating: "a", count: 256), .tooLong),
        ])
    func badNames(url: String, error: FileNameError) {
        #expect(throws: error) { try FileName(of: RemoteURL(url)) }
    }
}
