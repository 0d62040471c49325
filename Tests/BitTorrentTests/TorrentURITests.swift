import Testing

@testable import BitTorrent

@Suite("Torrent URIs")
struct TorrentURITests {
    private static let v1 = String(repeating: "0123456789", count: 4)
    private static let v2 = String(repeating: "01234567", count: 8)

    @Test(
        "White space around a URI is ignored",
        arguments: [" ", "\n", "\r\n", "\t", "\u{A0}", "\u{200B}", "\u{FEFF}"])
    func surrounded(space: String) throws {
        for uri in [Self.v1, Self.v2, "magnet:?xt=urn:btih:\(Self.v1)", "https://host/a.torrent"] {
            let meant = try #require(try TorrentURI(uri))
            #expect(try TorrentURI(space + uri + space) == meant)
        }
    }

    @Test("A digest is a URI of a file")
    func digests() throws {
        let sha512 = Self.v2 + Self.v2
        for uri in ["sha256:\(Self.v2)", "SHA256:\(Self.v2)", "sha512:\(sha512)"] {
            guard case .digest(let digest) = try TorrentURI(uri) else {
                throw TorrentError.invalid(uri)
            }
            #expect(digest.description == uri.lowercased())
        }
        #expect(try TorrentURI("md5:\(Self.v2)") == nil)
    }

    @Test("A URL is a torrent's by its suffix, and any URL is if BitTorrent is requested")
    func urls() throws {
        for uri in ["http://h/a.torrent", "HTTPS://H/a.TORRENT?x#y", "http://h/a.torrent.gz"] {
            guard case .url = try TorrentURI(uri) else { throw TorrentError.invalid(uri) }
        }
        for uri in ["http://h/download?id=7", "https://h/", "https://h/a.zip"] {
            #expect(try TorrentURI(uri) == nil)
            guard case .url = try TorrentURI(uri, urls: .all) else {
                throw TorrentError.invalid(uri)
            }
        }
    }

    @Test(
        "A mistyped URI is reported with the mistake and the correct form",
        arguments: [
            ("magnet:xt=urn:btih:\(v1)", "there is no '?' after 'magnet:'. Write magnet:?xt="),
            ("magnet://?xt=urn:btih:\(v1)", "there is '//?' instead of '?'"),
            ("magnet:/xt=urn%3Abtih%3A\(v1)", "there is '/' instead of '?'"),
            ("magnet:?xt=btih:\(v1)", "'urn:' is missing"),
            ("magnet:?xt=urn:btih:\(v1.dropLast())", "has 39 digits instead of 40"),
            ("magnet:?dn=a&xt=urn:btih:\(v1.dropLast())x", "'x' in the info-hash is not a hexa"),
            ("magnet:?xt=urn:btih:%20\(v1)", "there is a blank in the info-hash"),
            ("magnet:?xt=urn:btih:\(v1.prefix(20)) \(v1.suffix(20))", "there is a blank"),
            ("magnet:?xt=urn:btih:\(v2)", "64 digits are a v2 info-hash: write magnet:?"),
            ("magnet:?xt=urn:btih:ABCDEFGHIJKLMNOPQRSTUVWXYZ189012", "has only A to Z and 2 to 7"),
            ("magnet:?xt=urn:btmh:1220\(v2.dropLast(2))", "has 62 digits instead of 64"),
            ("magnet:?xt=urn:btmh:\(v2)", "a v2 info-hash starts with 1220"),
            ("magnet:?xt=urn:btih:&dn=a", "the info-hash is missing. Write magnet:?xt="),
            ("magnet:?dn=btih:", "it has no info-hash. Write magnet:?xt="),
            ("magnet:?xs=urn:btpk:\(v2)", "a mutable torrent (urn:btpk, BEP 46)"),
            ("btih:\(v1)", "write magnet:?xt=urn:btih: and 40"),
            ("urn:btih:\(v1)", "or the info-hash alone"),
            ("xt=urn:btmh:1220\(v2)", "write magnet:?xt="),
            ("magnet?xt=urn:btih:\(v1)", "write magnet:?xt="),
            ("\(v1)0", "has 41 digits instead of 40 or 64"),
            ("\(v2.dropLast())", "has 63 digits instead of 40 or 64"),
            ("sha256:\(v1)", "write sha256: and 64 hexadecimal digits, not 40"),
            ("sha512:\(v2)", "write sha512: and 128 hexadecimal digits, not 64"),
            ("sha256:\(v2.dropLast())x", "write sha256: and 64 hexadecimal digits"),
            ("sha256:", "write sha256: and 64 hexadecimal digits, not 0"),
            ("http:///x.torrent", "it has no host"),
            ("http://host:0/x.torrent", "its port is not a number"),
            ("https//host/x.torrent", "there is '//' instead of '://' after 'https'"),
            ("http:/host/x.torrent", "there is ':/' instead of '://' after 'http'"),
            ("magent:?xt=urn:btih:\(v1)", "a magnet link begins with 'magnet:?'"),
            ("Magnets/?xt=urn:btmh:1220\(v1)", "a magnet link begins with 'magnet:?'"),
            ("user:password@host/x.torrent", "it does not start with 'http://' or 'https://'"),
            ("HTTP:host/x.torrent", "there is ':' instead of '://' after 'http'"),
            ("\(v1.prefix(8)) \(v1.suffix(32))", "there is a blank in the info-hash"),
        ])
    func mistyped(uri: String, words: String) {
        #expect {
            try TorrentURI(uri)
        } throws: { error in
            guard case .invalid(let message)? = error as? TorrentError else { return false }
            return message.contains(words) && message.contains("malformed")
        }
    }

    @Test(
        "URIs of other backends are left to them",
        arguments: [
            "magnet:?xt=urn:tree:tiger:LWPNACQDBZRYXW3VHJVCJ64QBZNGHOHHHZWCLNQ", "magnet:xt=other",
            "ipfs://bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi", "cafe", "plain",
            "file:data", "https://host/btih:\(v1)", "other-network://?xt=urn:btih:\(v1)",
        ])
    func others(uri: String) throws {
        #expect(try TorrentURI(uri) == nil)
    }
}
