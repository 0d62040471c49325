import Testing

@testable import BitTorrent

@Suite("URLs from outside")
struct RemoteURLTests {
    @Test(
        "A URL is made valid for a request as in browsers",
        arguments: [
            ("http://host", "http://host/"),
            ("HTTP://HOST.Example/A", "http://host.example/A"),
            (" \t\r\nhttp://h/a \u{A0}\r\n\u{2028}", "http://h/a"),
            ("http://h:80/", "http://h/"), ("https://h:443/", "https://h/"),
            ("http://h:/", "http://h/"), ("http://h:0080/", "http://h/"),
            ("https://h:80/", "https://h:80/"), ("http://h?q=/#f", "http://h/?q=/"),
            ("http://h/a b/ü?x=\"<>^`{|}\\", "http://h/a%20b/%C3%BC?x=%22%3C%3E%5E%60%7B%7C%7D%5C"),
            ("http://h/%41%zz%4", "http://h/%41%25zz%254"),
            ("http://h/a/./b/../../c", "http://h/c"), ("http://h/a/..", "http://h/"),
            ("http://h/../../x/.", "http://h/x/"), ("http://h//a//b", "http://h//a//b"),
            ("http://[2001:DB8::1]:8080/a", "http://[2001:db8::1]:8080/a"),
            ("http://[::1]", "http://[::1]/"), ("http://my_host.local./", "http://my_host.local./"),
            ("http://u:p@h/", "http://u:p@h/"), ("http://@h/", "http://h/"),
            ("http://u@h/", "http://u:@h/"), ("http://:p@h/", "http://:p@h/"),
            ("http://u:p%40%3A%25%C3%BC@h/", "http://u:p%40%3A%25%C3%BC@h/"),
            ("http://u:p@q:r@h/", "http://u:p%40q%3Ar@h/"),
            ("http://h/a@b:c", "http://h/a@b:c"),
            ("http://h/?http://x:y@z", "http://h/?http://x:y@z"),
        ])
    func text(given: String, expected: String) throws {
        let url = try RemoteURL(given)
        #expect(url.text == expected)
        #expect(try RemoteURL(url.text) == url, "it stays itself when it is parsed again")
    }

    @Test(
        "An unusable URL is rejected with the reason",
        arguments: [
            ("http://h/a\r\nX: y", RemoteURLError.controlCharacter),
            ("http://h/a\tb", .controlCharacter), ("http://h/\u{0}", .controlCharacter),
            ("http://h/\u{7F}", .controlCharacter), ("http://h\n.example/", .controlCharacter),
            ("http://h/\u{85}a", .controlCharacter), ("http://h/\u{2028}a", .controlCharacter),
            ("", .noScheme), ("host/path", .noScheme), ("http:/h", .noScheme),
            ("http:h", .noScheme), ("mailto:a@b", .noScheme),
            ("ftp://h/", .unsupportedScheme("ftp", supported: .web)),
            ("udp://h:1/", .unsupportedScheme("udp", supported: .web)),
            ("http://", .noHost), ("http:///a", .noHost), ("http://:80/", .noHost),
            ("http://u:p@/", .noHost),
            ("http://a b/", .malformedHost), ("http://ü/", .malformedHost),
            ("http://h%41/", .malformedHost), ("http://[::1/", .malformedHost),
            ("http://[127.0.0.1]/", .malformedHost), ("http://[::1]x/", .malformedHost),
            ("http://::1/", .noHost),
            ("http://good.example\\@evil.example/", .malformedHost),
            ("http://h:0/", .malformedPort), ("http://h:65536/", .malformedPort),
            ("http://h:-1/", .malformedPort), ("http://h:8a/", .malformedPort),
            ("http://u%3Av:p@h/", .malformedCredentials),
            ("http://u:p%0D%0Aq@h/", .malformedCredentials),
            ("http://u:p%FF@h/", .malformedCredentials),
            ("http://u:100%@h/", .malformedCredentials),
        ])
    func refusal(given: String, error: RemoteURLError) {
        #expect(throws: error) { try RemoteURL(given) }
    }

    @Test("A URL needs a port if its scheme has no default")
    func trackers() throws {
        #expect(
            try RemoteURL("UDP://T.example:6969/announce", schemes: .tracker).text
                == "udp://t.example:6969/announce")
        #expect(try RemoteURL("udp://t:1", schemes: .tracker).text == "udp://t:1")
        #expect(throws: RemoteURLError.noPort) {
            try RemoteURL("udp://t.example/announce", schemes: .tracker)
        }
    }

    @Test(
        "A URL's Host header is what its server expects",
        arguments: [
            ("http://h/", "h"), ("http://h:8080/", "h:8080"), ("https://h:80/", "h:80"),
            ("https://h:443/", "h"), ("http://[::1]/", "[::1]"), ("http://[::1]:81/", "[::1]:81"),
            ("http://u:p@h:81/", "h:81"),
        ])
    func authority(given: String, expected: String) throws {
        #expect(try RemoteURL(given).authority == expected)
    }

    @Test("User and password are percent-decoded once")
    func credentials() throws {
        let url = try RemoteURL("http://us%2565r:p%40ss%3Aw%C3%BCrd@h/")
        #expect(url.credentials?.user == "us%65r")
        #expect(url.credentials?.password == "p@ss:würd")
    }

    @Test(
        "A URL is shown to people without its secrets",
        arguments: [
            ("http://me:secret@a/http://me:secret@b/", "http://***@a/***"),
            ("http://me:secret@h/a@b", "http://***@h/a@b"),
            ("http://user:secret@h/a", "http://***@h/a"),
            ("http://h/a?sig=secret&expires=secret", "http://h/a?sig=***&expires=***"),
            ("http://h/a?secret", "http://h/a?***"), ("udp://h:1/a", "udp://h:1/a"),
            ("socks5://user:secret@[::1]:1080", "socks5://***@[::1]:1080"),
            ("http://user:secret@h:99999/", "http://***@h:99999/"),
            ("user:secret@h:1", "***@h:1"), ("http://user:sec\nret@h/", "http://***@h/"),
            ("http://user:se@cret@h/\n", "http://***@h/"), ("ftp://h/\u{1B}[2Ja", "ftp://h/ [2Ja"),
            ("http://h:x/a?sig=secret", "http://h:x/a?***"),
        ])
    func redaction(given: String, expected: String) {
        #expect(RemoteURL.redacted(given) == expected)
    }

    @Test("String interpolation does not print the password")
    func interpolation() throws {
        let url = try RemoteURL("http://user:secret@h/")
        for text in ["\(url)", "\(url.credentials, default: "")", String(reflecting: url)] {
            #expect(!text.contains("secret"))
        }
    }

    @Test("A URL longer than servers accept is rejected")
    func length() {
        let text = "http://h/" + String(repeating: "a", count: RemoteURL.maximumLength)
        #expect(throws: RemoteURLError.tooLong) { try RemoteURL(text) }
    }

    @Test(
        "A redirect is resolved as in RFC 3986",
        arguments: [
            ("g", "http://u:p@h:81/b/c/g"), ("./g/", "http://u:p@h:81/b/c/g/"),
            ("/g", "http://u:p@h:81/g"), ("?y", "http://u:p@h:81/b/c/d?y"),
            ("g?y/./x", "http://u:p@h:81/b/c/g?y/./x"), ("#s", "http://u:p@h:81/b/c/d?q"),
            ("", "http://u:p@h:81/b/c/d?q"), ("..", "http://u:p@h:81/b/"),
            ("../../../g", "http://u:p@h:81/g"), (" /g\t", "http://u:p@h:81/g"),
            ("/ü x", "http://u:p@h:81/%C3%BC%20x"), ("HTTPS://G/", "https://g/"),
            ("//g/x", "http://g/x"), ("//g", "http://g/"), ("a:b", nil), ("http:g", nil),
            ("http://h:81/x", "http://u:p@h:81/x"), ("http://h/x", "http://h/x"),
            ("https://h:81/x", "https://h:81/x"), ("http://v:q@h:81/", "http://v:q@h:81/"),
            ("/a\r\nX: y", nil), ("ftp://g/", nil), ("//", nil),
        ] as [(String, String?)])
    func redirect(location: String, expected: String?) throws {
        let base = try RemoteURL("http://u:p@h:81/b/c/d?q")
        #expect((try? base.resolved(location))?.text == expected)
    }

    @Test("A redirect from https to http is rejected")
    func insecureRedirect() throws {
        let url = try RemoteURL("https://h/a")
        #expect(throws: RemoteURLError.insecureRedirect) { try url.redirected(to: "http://h/a") }
        #expect(try url.redirected(to: "/b").text == "https://h/b")
        #expect(try RemoteURL("http://h/a").redirected(to: "https://h/a").text == "https://h/a")
    }
}
