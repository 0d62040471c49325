extension String {
    /// The beginning of untrusted text, for messages. Characters that break lines, control a
    /// terminal or change the text direction are replaced by `?`.
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
