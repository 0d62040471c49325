import Testing

@testable import BitTorrent

@Suite("Magnet links")
struct MagnetLinkTests {
    static let v1 = String(repeating: "0123456789", count: 4)
    static let v2 = String(repeating: "01234567", count: 8)
    static let start = "magnet:?xt=urn:btih:\(v1)"

    /// Parses a link with `v1` and these parameters.
    private func link(_ parameters: String) throws -> MagnetLink {
        try #require(try MagnetLink(Self.start + parameters))
    }

    @Test(
        "Every form of info-hash in a link is accepted",
        arguments: [
            ("magnet:?xt=urn:btih:\(v1)", v1, nil), ("MAGNET:?XT=URN:BTIH:\(v1)", v1, nil),
            ("magnet:?xt=urn%3Abtih%3a\(v1)", v1, nil),
            ("magnet:?dn=a&xt.1=urn:btih:\(v1)", v1, nil),
            ("magnet:?&xt=urn:btih:\(v1)", v1, nil), ("stream-magnet:?xt=urn:btih:\(v1)", v1, nil),
            ("magnet:%3Fxt%3Durn%3Abtih%3A\(v1)%26dn%3Da", v1, nil),
            ("magnet:?xt=urn:btih:\(v1.dropLast())%39", v1, nil),
            ("magnet:? xt=urn:btih:\(v1)", v1, nil),
            ("magnet:?xt=urn:btmh:1220\(v2)", nil, v2),
            ("magnet:?xt=urn:btmh:1220\(v2)&xt=urn:btih:\(v1)", v1, v2),
            ("magnet:?xt.1=urn:btih:\(v1)&xt.2=urn:btmh:1220\(v2)", v1, v2),
            ("magnet:?xt=urn:ed2k:354B15E68FB8F36D7CD88FF94116CDC1&xt=urn:btih:\(v1)", v1, nil),
            (
                "magnet:?xt=urn:btih:MFRGCYTBMJQWEYLCMFRGCYTBMJQWEYLC",
                "6162616261626162616261626162616261626162", nil
            ),
            (
                "magnet:?xt=urn:btih:mfrgcytbmjqweylcmfrgcytbmjqweylc",
                "6162616261626162616261626162616261626162", nil
            ),
        ] as [(String, String?, String?)])
    func infoHashes(text: String, v1: String?, v2: String?) throws {
        let link = try #require(try MagnetLink(text))
        #expect(link.v1?.description == v1)
        #expect(link.v2?.description == v2)
    }

    @Test(
        "An unescaped '&' followed by a blank does not end a link's name",
        arguments: [
            ("&dn=Display%20Name", "Display Name"),
            ("&dn=Ubuntu+11.04+%28Final%29", "Ubuntu 11.04 (Final)"),
            ("&dn=Tom & Jerry&tr=http://t/a", "Tom & Jerry"), ("&dn=a&dn=b", "a"),
            ("&dn=A+%26+B", "A & B"), ("&dn=100%", "100%"), ("&dn=a%2Bb=c", "a+b=c"),
            ("&dn=gr%C3%B6%C3%9Fe", "größe"), ("&dn=größe", "größe"), ("&dn=%FF", "\u{FFFD}"),
            ("&dn=", nil), ("&dn", nil), ("&dn.1=x", "x"), ("&DN=x", "x"), ("&d%6E=x", "x"),
            ("&dn=a%00b", "a"), ("&dn=a&+b&%20c", "a& b& c"),
        ] as [(String, String?)])
    func name(parameters: String, name: String?) throws {
        #expect(try link(parameters).name == name)
    }

    @Test(
        "Trackers are read without duplicates, whatever separates them",
        arguments: [
            ("&tr=http://t/a&tr=udp://t:1", ["http://t/a", "udp://t:1"]),
            ("&tr=http%3A%2F%2Ft%2Fa", ["http://t/a"]),
            ("&tr.0=http://t/a&tr.15=http://t/b", ["http://t/a", "http://t/b"]),
            ("&tr=http://t/a&tr=HTTP://T/a", ["http://t/a"]), ("&tr=&tr=%20&tr", []),
            ("&&tr=http://t/a", ["http://t/a"]), ("&private&tr=http://t/a", ["http://t/a"]),
            ("&=&tr=http://t/a&", ["http://t/a"]),
            ("&amp;tr=http://t/a&amp;tr=http://t/b", ["http://t/a", "http://t/b"]),
            ("&amp;amp;tr=http://t/a&#38;tr=http://t/b", ["http://t/a", "http://t/b"]),
            ("&tr=http://t/a?x%26y=1", ["http://t/a?x&y=1"]),
            ("& tr = http://t/a ", ["http://t/a"]),
            ("&tr=http%3A%2F%2Ft%2F%E9", ["http://t/%E9"]), ("&tr=http://t/a+b", ["http://t/a+b"]),
            ("&tr=http://t/a%20b", ["http://t/a%20b"]), ("&tr=http://t/a%zz", ["http://t/a%25zz"]),
        ] as [(String, [String])])
    func trackers(parameters: String, urls: [String]) throws {
        #expect(try link(parameters).trackers.map(\.text) == urls)
    }

    @Test("'ws' and 'as' are web seeds, and 'xs' is a URL of the torrent")
    func webSeeds() throws {
        let link = try link(
            "&ws=http://w/a&as=http%3A%2F%2Fw%2Fb&ws=http://w/a&xs=https://x/t.torrent")
        #expect(link.webSeeds.map(\.text) == ["http://w/a", "http://w/b"])
        #expect(link.exactSources.map(\.text) == ["https://x/t.torrent"])
        #expect(link.warnings.lines == [])
    }

    @Test(
        "Peers are read by address and by name, percent-encoded or not",
        arguments: [
            ("127.0.0.1:43", ["127.0.0.1:43"], []), ("127.0.0.1%3A43", ["127.0.0.1:43"], []),
            ("[::1]:45", ["[::1]:45"], []), ("%5B%3A%3A1%5D%3A45", ["[::1]:45"], []),
            ("localhost%3a1", [], ["localhost:1"]), (" localhost:1 ", [], ["localhost:1"]),
            ("[0:0::0:1]:45", ["[::1]:45"], []), ("[::FFFF:1.2.3.4]:5", ["[::ffff:1.2.3.4]:5"], []),
            ("[fe80::1%25eth0]:1", [], ["[fe80::1%eth0]:1"]),
        ] as [(String, [String], [String])])
    func peers(value: String, addresses: [String], names: [String]) throws {
        let link = try link("&x.pe=\(value)&X.PE=\(value)")
        #expect(link.peerAddresses.map(\.description) == addresses)
        #expect(link.peerNames.map(\.description) == names)
        #expect(link.warnings.lines == [])
    }

    @Test(
        "Files are selected by indexes and ranges in one or several 'so'",
        arguments: [
            ("&so=0,2,4,6-8", "0,2,4,6-8"), ("&so=0,2-4,3-5", "0,2-5"), ("&so=2-4&so=1", "1-4"),
            ("&so=7-4,10", "10"), ("&so=-4&so=1", "1"), ("&so=3-&so=1", "1"), ("&so=a&so=1", "1"),
            ("&so=&so=,,1", "1"), ("&so=0%2C2", "0,2"), ("&so=", ""), ("&so=-1", ""), ("&so", ""),
            ("&so=99999999999999999999,1", "1"), ("&so=\"1,2\"", ""), ("", nil),
        ] as [(String, String?)])
    func selection(parameters: String, chosen: String?) throws {
        #expect(try link(parameters).selection?.description == chosen)
    }

    @Test(
        "Ignored parts of a link are reported with the reason",
        arguments: [
            ("&x.pe=nohost", "x.pe=nohost is ignored: write host:port"),
            ("&x.pe=<invalid>:99999", "x.pe=<invalid>:99999 is ignored"),
            ("&x.pe=::1:6881", "write host:port, or [address]:port for IPv6"),
            ("&dht=router", "dht=router is ignored"),
            ("&tr=wss://t/a", "tr=wss://t/a is ignored: wss:// is not supported here"),
            ("&tr=t:80", "tr=t:80 is ignored: it does not begin with a scheme"),
            ("&tr=http://t/a%0D%0AX:1", "is ignored: it contains a control character"),
            ("&ws=ftp://w/a", "ws=ftp://w/a is ignored: ftp:// is not supported"),
            ("&xs=urn:btpk:0", "xs=urn:btpk:0 is ignored"),
            ("&so=1-0", "so=1-0 is ignored: write file numbers"),
            ("&private&", "'private' in the magnet link has no value and is ignored"),
            (
                "&xl=10&kt=a+b&mt=x",
                "unknown parameters of the magnet link are ignored: 'xl', 'kt', 'mt'"
            ),
            ("&xt=urn:btih:\(v1.dropLast())0", "the link already names another torrent"),
            (
                "&xt=urn:btmh:1220\(v1)",
                "xt= in the magnet link is ignored: the info-hash has 40 digits instead of 64"
            ),
            ("&xt=urn:sha1:MFRGCYTBMJQWEYLCMFRGCYTBMJQWEYLC", "it is for another network"),
            ("&dn=AT&T", "'t' in the magnet link has no value"),
        ])
    func warning(parameters: String, words: String) throws {
        let link = try link(parameters)
        #expect(link.warnings.lines.count == 1, "\(link.warnings.lines)")
        #expect(link.warnings.lines.first?.contains(words) == true, "\(link.warnings.lines)")
        #expect(link.v1?.description == Self.v1)
    }

    @Test(
        "A link without ignored parts causes no warning",
        arguments: [
            "", "&", "&&", "&=", "&tr=&ws=&dn=&x.pe=&xt=", "&amp;", "&dn=Tom & Jerry",
            "&xt=urn:btih:\(v1)&xt=URN:BTIH:\(v1)",
        ])
    func quiet(parameters: String) throws {
        #expect(try link(parameters).warnings.lines == [])
    }

    @Test("Warnings are few, short and safe for a terminal, whatever the link contains")
    func boundedWarnings() throws {
        let bad = (0..<500).map {
            "&x.pe=\u{202E}bad%1B[2J\($0)" + String(repeating: "x", count: 80)
        }
        let unknown = (0..<500).map { "&\u{202E}%0Aunknown\($0)=1" }
        let lines = try link((bad + unknown).joined()).warnings.lines
        #expect(lines.count == LinkWarnings.mostLines + 2)
        for line in lines {
            #expect(line.count < 300, "\(line)")
            #expect(
                !line.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E }, "\(line)")
        }
        #expect(lines.last == "492 more parts of the magnet link are ignored")
    }

    @Test("Warnings never contain a password or a key")
    func secrets() throws {
        let link = try link(
            "&tr=ftp://user:secret@t/a?key=secret&ws=gopher://user:secret@w/&tr=http://u:secret@:0/"
        )
        #expect(link.warnings.lines.count == 3)
        #expect(!link.warnings.lines.joined().contains("secret"), "\(link.warnings.lines)")
    }

    @Test("The number of peers by name is limited, and the ignored ones are reported")
    func manyNames() throws {
        let link = try link((0..<30).map { "&x.pe=host\($0):1" }.joined())
        #expect(link.peerNames.count == MagnetLink.maximumPeerNames)
        #expect(link.warnings.lines.first?.contains("x.pe=host20:1") == true)
    }

    @Test(
        "Parsing a written link returns the same link",
        arguments: [
            "", "&dn=Tom%20%26%20Jerry%2B%3D%25%23%3F", "&dn=%20a%0Ab%E2%80%AE%27%22%24%20",
            "&tr=http%3A%2F%2Ft%2Fa%3Fx%3D1%26y%3D%252F&tr=udp://t:1&tr=https://u:p%2540@t/%25E9",
            "&ws=http://w/a%2520b/&xs=http://x/t&x.pe=127.0.0.1:1&x.pe=[::1]:2&x.pe=host:3",
            "&so=0,2-5&dht=node:1&xt=urn:btmh:1220\(v2)", "&so=",
        ])
    func roundTrip(parameters: String) throws {
        let link = try link(parameters)
        let again = try #require(try MagnetLink(link.description))
        #expect(again == link)
        #expect(again.description == link.description)
        #expect(link.description.utf8.allSatisfy { 0x21...0x7E ~= $0 && $0 != UInt8(ascii: "'") })
    }

    @Test("A link and the torrent created from it contain the same sources")
    func parameters() throws {
        let text =
            Self.start + "&dn=a%20%26%20b&tr=http%3A%2F%2Ft%2Fa%3Fx%3D1%26y&ws=http%3A%2F%2Fw%2F"
            + "&x.pe=127.0.0.1:1&x.pe=[::1]:2"
        let link = try #require(try MagnetLink(text))
        let parameters = try TorrentParameters(link)
        #expect(parameters.summary.v1 == link.v1)
        #expect(parameters.summary.name == "a & b")
        #expect(parameters.magnetLink == link)
        #expect(parameters.magnetLink.description == text)
    }
}
