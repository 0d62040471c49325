/// A URI that may be mistyped.
extension Redaction {
    /// Text that was meant to be a URI and may be mistyped. Everything before the last `@` is hidden, unless it can
    /// only be a file's path.
    static func hidden(inURI text: ArraySlice<UInt8>) -> [UInt8]? {
        guard mayHoldUser(text), let at = lastAt(of: text) else { return nil }
        guard let start = mistypedAuthority(of: text[..<at]) else { return nil }
        return text[..<start] + mark + text[at...]
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
    /// colon. nil if the `@` is part of a path.
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
