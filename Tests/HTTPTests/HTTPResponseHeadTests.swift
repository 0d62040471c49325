import HTTP
import Testing

@Suite("HTTP response head")
struct HTTPResponseHeadTests {
    private func head(_ lines: String...) -> HTTPResponseHead {
        var head = HTTPResponseHead()
        for line in lines { head.receive(line: Array((line + "\r\n").utf8)) }
        return head
    }

    @Test(
        "A head has the status and the reason phrase",
        arguments: [
            ("HTTP/1.1 404 Not Found", 404, "Not Found"), ("HTTP/2 200 ", 200, ""),
            ("HTTP/1.0 301", 301, ""), ("HTTP/1.1 x y", 0, "y"),
        ])
    func status(line: String, status: Int, reason: String) {
        let head = head(line)
        #expect(head.status == status)
        #expect(head.reason == reason)
        #expect(!head.isWhole)
    }

    @Test("A field is found by its name in any case, and the first of several counts")
    func fields() {
        let head = head("HTTP/1.1 302 Found", "location: \t/a b ", "Location: /c", "no field", "")
        #expect(head.isWhole)
        #expect(head.value(of: "Location") == "/a b")
        #expect(head.value(of: "LOCATION") == "/a b")
        #expect(head.value(of: "no field") == nil)
    }

    @Test("Interim heads are skipped, and lines after the head are ignored")
    func interim() {
        var head = head("HTTP/1.1 103 Early Hints", "Location: /early", "")
        #expect(!head.isWhole)
        for line in ["HTTP/1.1 200 OK", "", "Location: /trailer", "HTTP/1.1 302 Found"] {
            head.receive(line: line.utf8)
        }
        #expect(head.isWhole && head.status == 200)
        #expect(head.value(of: "Location") == nil)
    }
}
