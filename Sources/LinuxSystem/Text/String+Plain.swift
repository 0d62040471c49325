extension String {
    /// Replaces line breaks and terminal control characters by blanks, for untrusted text.
    public var onOneLine: String { replacingControls { $0.isControl } }

    /// Replaces terminal control characters by blanks but keeps newlines.
    public var plain: String { replacingControls { $0.isControl && $0 != "\n" } }

    private func replacingControls(_ isBad: (Unicode.Scalar) -> Bool) -> String {
        guard unicodeScalars.contains(where: isBad) else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.map { isBad($0) ? " " : $0 }))
    }
}

extension Unicode.Scalar {
    /// C0, DEL, C1, line and paragraph separators, and marks that change the text direction
    /// (Unicode Bidi_Control).
    fileprivate var isControl: Bool {
        switch value {
        case 0..<0x20, 0x7f...0x9f, 0x61c, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069: true
        default: false
        }
    }
}
