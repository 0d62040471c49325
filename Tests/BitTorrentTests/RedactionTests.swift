import LinuxSystem
import Testing

@testable import BitTorrent

@Suite("Redaction of URLs")
struct RedactionTests {
    @Test(
        "The user information of URLs is hidden in any text, and nothing else is",
        arguments: [
            ("URI=http://u:secret@h/a failed", "URI=http://***@h/a failed"),
            ("http://secret@h ftp://secret@[::1]:2/", "http://***@h ftp://***@[::1]:2/"),
            ("'http://u:se@cret@h/'", "'http://***@h/'"),
            ("a:1,udp://u:secret@b:2", "a:1,udp://***@b:2"),
            ("http://u:sec%2Fret@h/", "http://***@h/"),
            ("tr=http%3A%2f%2Fu%3Asecret%40h%2Fa%40b", "tr=http%3A%2f%2F***%40h%2Fa%40b"),
            ("%253A%252F%252Fu%253Asecret%2540h", "%253A%252F%252F***%2540h"),
            ("cannot write /cwd/http:/u:secret@h/x", "cannot write /cwd/http:/***@h/x"),
            ("http://h/a@b?c@d", "http://h/a@b?c@d"), ("http://h a@b", "http://h a@b"),
            ("http://h%2Fa@b", "http://***@b"), ("me@example.org", "me@example.org"),
            ("/srv/a@b:c@d", "/srv/a@b:c@d"), ("50% of a@b, 5%", "50% of a@b, 5%"), ("%", "%"),
            ("http://", "http://"), ("", ""),
        ])
    func text(given: String, expected: String) {
        #expect(Redaction.text(given) == expected)
        #expect(Redaction.text(expected) == expected, "hidden again it is the same")
    }

    @Test("The user information of URLs is hidden in bytes that are not UTF-8")
    func bytes() {
        let given: [UInt8] = [0xFF] + "http://u:\u{E9}".utf8 + [0xE9] + "@h\0".utf8
        #expect(
            Array(Redaction.bytes(given[...])) == [0xFF] + Array("http://***@h\0".utf8))
    }

    @Test(
        "The user information of a mistyped URI is hidden",
        arguments: [
            ("http:/u:secret@h/x.torrent", "http:/***@h/x.torrent"),
            ("http//u:secret@h/x.torrent", "http//***@h/x.torrent"),
            (#"http:\\u:secret@h\x"#, #"http:\\***@h\x"#), ("//secret@h/x", "//***@h/x"),
            ("http:u:secret@h/x", "***@h/x"), ("u:secret@h/x.torrent", "***@h/x.torrent"),
            ("ftp://u:se/cr?et@h/x", "ftp://***@h/x"), ("ftp://h:21/a@b", "ftp://h:21/a@b"),
            ("/srv/a:b@c", "/srv/a:b@c"), ("a@b.torrent", "a@b.torrent"),
            (
                "magnet:?xt=urn:x:1&tr=http://u:se/cret@h/&x.pe=u:secret@h:1&dn=a@b",
                "magnet:?xt=urn:x:1&tr=http://***@h/&x.pe=***@h:1&dn=a@b"
            ),
            (
                "MAGNET:?tr=http%3A%2F%2Fu%3Asecret%40h%2F&ws=http://h/a",
                "MAGNET:?tr=http%3A%2F%2F***%40h%2F&ws=http://h/a"
            ),
        ])
    func uri(given: String, expected: String) {
        #expect(Redaction.uri(given) == expected)
        #expect(Redaction.uri(expected) == expected, "hidden again it is the same")
    }

    @Test("The values of a URL's query are hidden, too")
    func query() {
        #expect(TorrentURI.shown(" http://u:secret@h/a?key=secret\n") == "http://***@h/a?key=***")
    }

    @Test("The user information in a magnet link's parameter name is hidden")
    func parameterName() {
        #expect(Redaction.parameterName("secret@h/") == "***@h/")
        #expect(Redaction.parameterName("dn") == "dn")
    }

    @Test(
        "The path of a URL that may repeat the user information is hidden, and the values of its query",
        arguments: [
            ("/a@b:c", true, "/a@b:c"), ("/u:secret@b", true, "/***"),
            ("/u:secret@b", false, "/u:secret@b"), ("/a?b=secret&secret", false, "/a?b=***&***"),
            ("/a?", true, "/a"), ("", false, ""),
        ])
    func target(given: String, hasUser: Bool, expected: String) {
        #expect(Redaction.target(given, hasUser: hasUser) == expected)
    }
}
