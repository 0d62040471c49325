import Testing

@testable import Supervisor

@Suite("The output of children")
struct LineSplitterTests {
    private func lines(of chunks: [[UInt8]]) -> [String] {
        var splitter = LineSplitter()
        var lines: [String] = []
        let take = { (line: ArraySlice<UInt8>) in
            lines.append(String(decoding: line, as: UTF8.self))
        }
        for chunk in chunks { chunk.withUnsafeBytes { splitter.take($0, take) } }
        splitter.end(take)
        return lines
    }

    @Test("comes line by line, however it was written, and the last line needs no newline")
    func split() {
        #expect(
            lines(of: [Array("one\ntw".utf8), Array("o\n\nthree".utf8)]) == [
                "one", "two", "", "three",
            ])
    }

    @Test("is cut at 16 KiB a line, and goes on with the next line")
    func cut() {
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: 100_000)
        let result = lines(of: [long, long + Array("\nnext\n".utf8)])
        #expect(result == [String(repeating: "x", count: 16_384) + " [cut]", "next"])
    }
}
