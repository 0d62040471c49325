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
    /// C0, DEL and C1, and the separators of lines and paragraphs.
    fileprivate var isControl: Bool {
        value < 0x20 || 0x7f...0x9f ~= value || value == 0x2028 || value == 0x2029
    }
}
