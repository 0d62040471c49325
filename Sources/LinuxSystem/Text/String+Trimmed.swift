extension StringProtocol {
    /// Without the white space around it, and without the characters of no width that web pages leave there.
    public var trimmed: String {
        let scalars = String(self).unicodeScalars
        let start = scalars.drop { $0.isBlank }
        let last = start.lastIndex { !$0.isBlank }
        return String(start[..<(last.map(start.index(after:)) ?? start.startIndex)])
    }
}

extension Unicode.Scalar {
    fileprivate var isBlank: Bool {
        // Zero width space, word joiner, byte order mark.
        properties.isWhitespace || [0x200B, 0x2060, 0xFEFF].contains(value)
    }
}
