import Testing

@testable import Supervisor

@Suite("Line splitter")
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

    @Test("Output is split into lines however it is written, and the last needs no newline")
    func split() {
        #expect(
            lines(of: [Array("one\ntw".utf8), Array("o\n\nthree".utf8)]) == [
                "one", "two", "", "three",
            ])
    }

    @Test("A line is cut at 16 KiB, and the next line follows")
    func cut() {
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: 100_000)
        let result = lines(of: [long, long + Array("\nnext\n".utf8)])
        #expect(result == [String(repeating: "x", count: 16_384) + " [cut]", "next"])
    }
}
