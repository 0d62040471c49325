import HTTP

extension FuzzTarget {
    /// The head of a web server's answer, line by line as from libcurl. No value contains a line break, and lines
    /// after the head change nothing.
    static let httpHead = FuzzTarget("http-head") { bytes throws(BrokenPromise) in
        var head = HTTPResponseHead()
        var wholeStatus: Int?
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            head.receive(line: line)
            if head.isWhole { wholeStatus = wholeStatus ?? head.status }
        }
        try BrokenPromise.unless(
            wholeStatus == nil || (head.isWhole && head.status == wholeStatus),
            "\(head) was changed by a line after its end")
        try BrokenPromise.unless(
            !head.isWhole || head.status >= 200, "an answer of status \(head.status) is the last")
        for text in [head.reason, head.value(of: "location"), head.value(of: "content-encoding")] {
            let text = text ?? ""
            try BrokenPromise.unless(
                !text.utf8.contains(UInt8(ascii: "\n")), "\(text) has two lines")
            try BrokenPromise.unless(
                text.first != " " && text.last != " ", "'\(text)' has blanks around it")
        }
        try BrokenPromise.unless(
            head.value(of: "LOCATION") == head.value(of: "location"),
            "names are case-sensitive")
    }
}
