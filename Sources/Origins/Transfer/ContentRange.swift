import LinuxSystem

/// The value of a Content-Range field (RFC 9110, 14.4).
enum ContentRange: Equatable {
    /// The bytes of a partial response. `total` is nil if the server does not know the size.
    case bytes(Range<Int64>, total: Int64?)
    /// No byte of the requested range exists.
    case unsatisfied(total: Int64)

    /// nil if the text is malformed or describes an impossible range.
    init?(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bytes" else { return nil }
        let parts = words[1].split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let total = Self.number(parts[1])
        guard total != nil || parts[1] == "*" else { return nil }
        if parts[0] == "*" {
            guard let total else { return nil }
            self = .unsatisfied(total: total)
            return
        }
        let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Self.number(ends[0]), let last = Self.number(ends[1]),
            first <= last, last < total ?? .max
        else { return nil }
        self = .bytes(first..<last + 1, total: total)
    }

    /// Bounded, so that the sum of two does not overflow.
    private static func number(_ text: Substring) -> Int64? {
        guard !text.isEmpty, let number = WholeNumber.parse(text), number < 1 << 60 else {
            return nil
        }
        return number
    }
}
