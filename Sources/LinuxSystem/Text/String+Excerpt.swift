extension String {
    /// For messages: the beginning of what others have written, on one line and without anything that
    /// steers a terminal or turns its text around.
    public func excerpt(_ length: Int) -> String {
        let start = unicodeScalars.prefix(length)
        let shown = String.UnicodeScalarView(start.map { $0.isUnfitToShow ? "?" : $0 })
        return String(shown) + (start.endIndex < unicodeScalars.endIndex ? "…" : "")
    }
}

extension Unicode.Scalar {
    fileprivate var isUnfitToShow: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
        default: false
        }
    }
}
