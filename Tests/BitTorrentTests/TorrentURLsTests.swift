import Testing

@testable import BitTorrent

@Suite("Trackers and web seeds in a .torrent")
struct TorrentURLsTests {
    private static let link = "magnet:?xt=urn:btih:" + String(repeating: "0123456789", count: 4)

    /// A .torrent of one byte with `extra` in its outermost dictionary, sorted.
    private static func torrent(_ extra: String) -> [UInt8] {
        let info = "d6:lengthi1e4:name1:a12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaae"
        let isBehind = extra.hasPrefix("8:url-list")
        return Array("d\(isBehind ? "" : extra)4:info\(info)\(isBehind ? extra : "")e".utf8)
    }

    private static func bencoded(_ text: String) -> String { "\(text.utf8.count):\(text)" }

    @Test(
        "URLs are trimmed and percent-encoded",
        arguments: [" ", "\t", "\r\n", "\n"])
    func trimmed(space: String) throws {
        let (tracker, seed) = ("\(space)HTTP://T/a b\(space)", "\(space)http://w/ü\(space)")
        let encoded = [tracker, seed].map { text in
            text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        let link = try #require(try MagnetLink(Self.link + "&tr=\(encoded[0])&ws=\(encoded[1])"))
        let magnet = try TorrentParameters(link)
        let announced = try TorrentParameters(
            torrent: Self.torrent("8:announce" + Self.bencoded(tracker)))
        let listed = try TorrentParameters(
            torrent: Self.torrent("8:url-list" + Self.bencoded(seed)))
        #expect(magnet.webSeeds == ["http://w/%C3%BC"])
        #expect(listed.webSeeds == ["http://w/%C3%BC"])
        for parameters in [magnet, announced] {
            #expect(parameters.magnetLink.trackers.map(\.text) == ["http://t/a%20b"])
        }
        #expect(link.warnings.lines == [])
        #expect(announced.warnings + listed.warnings == [])
    }

    @Test(
        "Only URLs that are not valid in a request are ignored, with a warning")
    func leftOut() throws {
        let link = try #require(
            try MagnetLink(
                Self.link
                    + "&tr=http%3A%2F%2Fme%3Asecret%40t%2Fa%0D%0AX%3A%20y&tr=udp%3A%2F%2Ft%3A1"
                    + "&ws=ftp%3A%2F%2Fw%2F&tr=wss%3A%2F%2Ft%2F&ws=http%3A%2F%2Fw%2F%00&ws=http%3A%2F%2Fgood%2F"
            ))
        let parameters = try TorrentParameters(link)
        #expect(parameters.webSeeds == ["http://good/"])
        #expect(parameters.magnetLink.trackers.map(\.text) == ["udp://t:1"])
        #expect(!parameters.magnetLink.description.contains("secret"))
        let broken = "it contains a control character, such as a newline"
        #expect(
            link.warnings.lines == [
                "the magnet link's tr=http://***@t/a  X: y is ignored: \(broken)",
                "the magnet link's ws=ftp://w/ is ignored: ftp:// is not supported here; supported: http://, https://",
                "the magnet link's tr=wss://t/ is ignored: wss:// is not supported here; supported: http://, https://, udp://",
                "the magnet link's ws=http://w/ is ignored: \(broken)",
            ])
    }

    @Test("Hundreds of ignored URLs cause only a few warnings")
    func many() throws {
        let seeds = (1...100).map { Self.bencoded("ftp://w/\($0)") }.joined()
        let parameters = try TorrentParameters(torrent: Self.torrent("8:url-listl\(seeds)e"))
        #expect(parameters.warnings.count == 6)
        #expect(
            parameters.warnings.last
                == "95 more trackers and web seeds are ignored: their URLs cannot be used")
    }

    @Test("URLs are unchanged after the torrent was saved and read again")
    func saved() throws {
        let urls = ["http://u:p%40q@[::1]:81/a%20b/?x=%2B", "https://w/%ZZ ü"]
        let seeds = urls.map(Self.bencoded).joined()
        let parameters = try TorrentParameters(torrent: Self.torrent("8:url-listl\(seeds)e"))
        let again = try TorrentParameters(torrent: parameters.encoded())
        #expect(again.webSeeds == parameters.webSeeds)
        #expect(
            parameters.webSeeds
                == ["http://u:p%40q@[::1]:81/a%20b/?x=%2B", "https://w/%25ZZ%20%C3%BC"])
    }
}
