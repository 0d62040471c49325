/// Finds URLs in bytes. A URL inside another one, as in a magnet link's `tr=`, is percent-encoded, perhaps more than
/// once.
extension Redaction {
    /// `text` with the user information of each URL hidden. nil if it contains none.
    static func hidden(inURLsOf text: ArraySlice<UInt8>) -> [UInt8]? {
        guard mayHoldUser(text) else { return nil }
        var result: [UInt8] = []
        var copied = text.startIndex
        var index = text.startIndex
        while index < text.endIndex {
            guard let (start, depth) = authority(at: index, of: text) else {
                index += 1
                continue
            }
            let (at, end) = scan(text[start...], depth: depth)
            if let at {
                result += text[copied..<start] + mark
                copied = at
            }
            index = max(end, start)
        }
        return result.isEmpty ? nil : result + text[copied...]
    }

    /// A quick check that most texts fail.
    static func mayHoldUser(_ text: ArraySlice<UInt8>) -> Bool {
        text.contains { $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: "%") }
    }

    /// A byte that was percent-encoded `depth` times and takes `length` bytes of the text.
    struct DecodedByte {
        var byte: UInt8
        var depth = 0
        var length = 1
    }

    static func character(at index: Int, of text: ArraySlice<UInt8>) -> DecodedByte? {
        guard index < text.endIndex else { return nil }
        let plain = DecodedByte(byte: text[index])
        guard plain.byte == UInt8(ascii: "%") else { return plain }
        var depth = 1
        var digits = index + 1
        while text[digits...].prefix(2).elementsEqual("25".utf8) {
            depth += 1
            digits += 2
        }
        let value = text[min(digits, text.endIndex)...].prefix(2)
        guard value.count == 2,
            let byte = UInt8(String(decoding: value, as: UTF8.self), radix: 16)
        else { return plain }
        return DecodedByte(byte: byte, depth: depth, length: digits + 2 - index)
    }

    /// The start of the authority if `://` is at `index`, and how often its `:` or `/` is encoded. In normalized
    /// paths only one slash is left.
    private static func authority(
        at index: Int, of text: ArraySlice<UInt8>
    ) -> (start: Int, depth: Int)? {
        var (start, depth) = (index, 0)
        for expected in ":/".utf8 {
            guard let character = character(at: start, of: text), character.byte == expected
            else { return nil }
            start += character.length
            depth = max(depth, character.depth)
        }
        while let slash = character(at: start, of: text), slash.byte == UInt8(ascii: "/") {
            start += slash.length
        }
        return (start, depth)
    }

    /// The last `@` of an authority, and the authority's end.
    private static func scan(_ text: ArraySlice<UInt8>, depth: Int) -> (at: Int?, end: Int) {
        var at: Int?
        var index = text.startIndex
        while let character = character(at: index, of: text) {
            if character.byte == UInt8(ascii: "@") { at = index }
            // A character that is encoded once more than the URL's own slashes belongs to a word.
            if character.depth <= depth, isEnd(character.byte) { break }
            index += character.length
        }
        return (at, index)
    }

    private static func isEnd(_ byte: UInt8) -> Bool {
        byte <= 0x20 || "/?#\"<>\\".utf8.contains(byte)
    }
}
