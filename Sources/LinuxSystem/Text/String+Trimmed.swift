extension StringProtocol {
    /// The text without surrounding white space and zero-width characters, which text copied from
    /// web pages often has.
    public var trimmed: String {
        let scalars = String(self).unicodeScalars
        let start = scalars.drop { $0.isBlank }
        let last = start.lastIndex { !$0.isBlank }
        return String(start[..<(last.map(start.index(after:)) ?? start.startIndex)])
    }
}

extension Unicode.Scalar {
    fileprivate var isBlank: Bool {
        // U+200B zero width space, U+2060 word joiner, U+FEFF byte order mark.
        properties.isWhitespace || [0x200B, 0x2060, 0xFEFF].contains(value)
    }
}
