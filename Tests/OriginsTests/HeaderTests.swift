import HTTP
import Testing

@testable import Origins

@Suite("Fields of a response")
struct HeaderTests {
    @Test(
        "Content-Range is parsed",
        arguments: [
            ("bytes 0-499/1234", ContentRange.bytes(0..<500, total: 1234)),
            ("Bytes 5-5/*", .bytes(5..<6, total: nil)), ("bytes */10", .unsatisfied(total: 10)),
        ])
    func range(text: String, range: ContentRange) {
        #expect(ContentRange(text) == range)
    }

    @Test(
        "An impossible Content-Range is refused",
        arguments: [
            "", "bytes", "bytes 0-499", "bytes 5-4/10", "bytes 0-10/10", "bytes */*", "items 0-1/2",
            "bytes -1-2/3", "bytes 0-9223372036854775807/9223372036854775807", "bytes 0-1/2/3",
            "bytes a-b/c", "bytes 0-/5",
        ])
    func badRange(text: String) {
        #expect(ContentRange(text) == nil)
    }

    @Test(
        "A file name is found in Content-Disposition, without its folders",
        arguments: [
            ("attachment; filename=\"a b.bin\"", "a b.bin"),
            ("attachment; filename=a.bin", "a.bin"),
            ("attachment; filename=\"x;y\\\"z\"", "x;y\"z"),
            ("attachment; filename=a; filename*=UTF-8''%c3%bc", "ü"),
            ("attachment; filename=\"../../etc/passwd\"", "passwd"),
            ("inline; FILENAME = \"C:\\\\dir\\\\n.bin\"", "n.bin"),
        ])
    func disposition(value: String, name: String) {
        #expect(ContentDisposition.name(in: value)?.text == name)
    }

    @Test(
        "Content-Disposition without a usable name has none",
        arguments: [
            "", "attachment", "attachment; filename=", "attachment; filename=\"..\"",
            "attachment; filename=\"a/\"", "attachment; filename*=latin1''x", "filename=x",
        ])
    func noDisposition(value: String) {
        #expect(ContentDisposition.name(in: value) == nil)
    }

    @Test("A date is in seconds since 1970, and only the fixed form counts")
    func date() {
        #expect(HTTPDate.seconds("Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777)
        for text in ["", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 PST", "x"] {
            #expect(HTTPDate.seconds(text) == nil)
        }
    }

    private func head(_ fields: String...) -> HTTPResponseHead {
        var head = HTTPResponseHead()
        for line in ["HTTP/1.1 200 OK"] + fields + [""] {
            head.receive(line: Array(line.utf8))
        }
        return head
    }

    @Test("Only a strong validator can continue a download")
    func validators() {
        let now = "Date: Sun, 06 Nov 1994 08:49:37 GMT"
        let old = "Last-Modified: Sun, 06 Nov 1994 08:48:37 GMT"
        let new = "Last-Modified: Sun, 06 Nov 1994 08:48:38 GMT"
        #expect(Version(head("ETag: \"a\"", old), size: 1).strongValidator == "\"a\"")
        #expect(Version(head("ETag: W/\"a\"", old, now), size: 1).strongValidator == nil)
        #expect(Version(head(old, now), size: 1).strongValidator == String(old.dropFirst(15)))
        #expect(Version(head(new, now), size: 1).strongValidator == nil)
        #expect(Version(head(old), size: 1).strongValidator == nil)
    }

    @Test("Another size, tag or date is another version")
    func versions() {
        let version = Version(head("ETag: \"a\"", "Last-Modified: x"), size: 5)
        #expect(version.mayBeSame(as: Version(head("ETag: \"a\"", "Last-Modified: y"), size: 5)))
        #expect(version.mayBeSame(as: Version(head("Last-Modified: x"), size: nil)))
        #expect(!version.mayBeSame(as: Version(head("ETag: \"b\""), size: 5)))
        #expect(!version.mayBeSame(as: Version(head("ETag: \"a\""), size: 6)))
        #expect(!version.mayBeSame(as: Version(head("Last-Modified: y"), size: 5)))
    }

    @Test("Retry-After is in seconds or a date, and bounded")
    func retryAfter() {
        let date = "Date: Sun, 06 Nov 1994 08:49:37 GMT"
        #expect(RetryAfter.delay(head("Retry-After: 7")) == .seconds(7))
        #expect(RetryAfter.delay(head("Retry-After: 999999999")) == .seconds(600))
        #expect(
            RetryAfter.delay(head("Retry-After: Sun, 06 Nov 1994 08:49:47 GMT", date))
                == .seconds(10))
        #expect(RetryAfter.delay(head("Retry-After: Sun, 06 Nov 1994 08:49:27 GMT", date)) == .zero)
        #expect(RetryAfter.delay(head("Retry-After: soon")) == nil)
        #expect(RetryAfter.delay(head()) == nil)
    }
}
