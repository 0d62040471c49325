extension String {
    /// Without anything that would end the line or steer a terminal: what others say of themselves.
    public var onOneLine: String { replacingControls { $0.isControl } }

    /// Without anything that would steer a terminal; its lines stay.
    public var plain: String { replacingControls { $0.isControl && $0 != "\n" } }

    private func replacingControls(_ isBad: (Unicode.Scalar) -> Bool) -> String {
        guard unicodeScalars.contains(where: isBad) else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.map { isBad($0) ? " " : $0 }))
    }
}

extension Unicode.Scalar {
    /// C0, DEL and C1, the separators of lines and paragraphs, and marks that change the direction of the text
    /// behind them (Unicode Bidi_Control).
    fileprivate var isControl: Bool {
        switch value {
        case 0..<0x20, 0x7f...0x9f, 0x61c, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069: true
        default: false
        }
    }
}
