/// Hides the user information of URLs (`user:password@`, RFC 3986, 3.2.1) in messages.
///
/// It works on bytes, so that it can filter the output of other programs. A URL inside another one, as in a
/// magnet link's `tr=`, is percent-encoded, perhaps more than once.
enum UserInformation {
    /// Replaces the user information.
    static let mark = Array("***".utf8)

    /// `text` with the user information of each URL hidden; nil if it contains none.
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

    /// The same for text that was meant to be a URI and may be mistyped: everything before the last `@` is
    /// hidden, unless it can only be a file's path.
    static func hidden(inURI text: ArraySlice<UInt8>) -> [UInt8]? {
        guard mayHoldUser(text), let at = lastAt(of: text) else { return nil }
        guard let start = mistypedAuthority(of: text[..<at]) else { return nil }
        return text[..<start] + mark + text[at...]
    }

    /// A quick check that most texts fail.
    private static func mayHoldUser(_ text: ArraySlice<UInt8>) -> Bool {
        text.contains { $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: "%") }
    }

    /// A decoded character that was percent-encoded `depth` times and takes `length` bytes of the text.
    private struct Character {
        var byte: UInt8
        var depth = 0
        var length = 1
    }

    private static func character(at index: Int, of text: ArraySlice<UInt8>) -> Character? {
        guard index < text.endIndex else { return nil }
        let plain = Character(byte: text[index])
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
        return Character(byte: byte, depth: depth, length: digits + 2 - index)
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

    private static func lastAt(of text: ArraySlice<UInt8>) -> Int? {
        var at: Int?
        var index = text.startIndex
        while let character = character(at: index, of: text) {
            if character.byte == UInt8(ascii: "@") { at = index }
            index += character.length
        }
        return at
    }

    /// The start of the user's name: after `://` or a mistyped variant of it, or the start of the text if it has a
    /// colon. nil: the `@` is part of a path.
    private static func mistypedAuthority(of text: ArraySlice<UInt8>) -> Int? {
        guard !"/.~".utf8.contains(text.first ?? 0) || text.starts(with: "//".utf8) else {
            return nil
        }
        var hasColon = false
        var separators = 0
        var index = text.startIndex
        while let character = character(at: index, of: text) {
            if character.byte == UInt8(ascii: ":") { hasColon = true }
            if ":/\\".utf8.contains(character.byte) {
                separators += 1
            } else if separators > 1 {
                return beginsWithHost(text[index...]) ? nil : index
            } else {
                separators = 0
            }
            index += character.length
        }
        if separators > 1 { return index }
        return hasColon ? text.startIndex : nil
    }

    /// True if `text` starts with a host, perhaps with a port, and a path.
    private static func beginsWithHost(_ text: ArraySlice<UInt8>) -> Bool {
        guard let end = text.firstIndex(where: "/?#".utf8.contains) else { return false }
        let words = text[..<end].split(
            separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        return words[0].allSatisfy { byte in
            digits.contains(byte) || "-._".utf8.contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        } && words.dropFirst().allSatisfy { $0.allSatisfy(digits.contains) }
    }
}

extension String {
    /// With `***` in place of the user information of each URL in it.
    public var withoutUserInformation: String {
        UserInformation.hidden(inURLsOf: Array(utf8)[...]).map {
            String(decoding: $0, as: UTF8.self)
        } ?? self
    }

    /// The same for an argument or a setting that was meant to be a URI and may be mistyped: hides more if in
    /// doubt. Each parameter of a magnet link is treated separately.
    public var withoutUserInformationOfURI: String {
        let isMagnet = ["magnet:", "stream-magnet:"].contains(where: lowercased().hasPrefix)
        guard isMagnet else {
            let hidden = UserInformation.hidden(inURI: Array(utf8)[...])
            return hidden.map { String(decoding: $0, as: UTF8.self) } ?? withoutUserInformation
        }
        let parameters = utf8.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
        return parameters.map { parameter in
            guard let equals = parameter.firstIndex(of: UInt8(ascii: "=")) else {
                return String(Substring(parameter)).withoutUserInformation
            }
            let value = parameter.index(after: equals)
            return String(Substring(parameter[..<value]))
                + String(Substring(parameter[value...])).withoutUserInformationOfURI
        }.joined(separator: "&")
    }
}

extension ArraySlice<UInt8> {
    /// The bytes with `***` in place of the user information of each URL in them.
    public var withoutUserInformation: ArraySlice<UInt8> {
        UserInformation.hidden(inURLsOf: self).map { $0[...] } ?? self
    }
}
