/// Parses whole numbers in settings and options.
public enum WholeNumber {
    /// Parses digits, optionally followed by one of `units`. Signs and blanks are not allowed. nil
    /// if the text is malformed or the number is too large.
    public static func parse(
        _ text: some StringProtocol, units: [Character: Int64] = [:]
    ) -> Int64? {
        let unit = text.last.flatMap { units[$0] }
        let digits = unit == nil ? text[...] : text.dropLast()
        let isNumber = digits.utf8.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
        guard isNumber, let number = Int64(digits) else { return nil }
        let (amount, overflow) = number.multipliedReportingOverflow(by: unit ?? 1)
        return overflow ? nil : amount
    }

    /// The same for a number that must be within `range`.
    public static func parse<Number: FixedWidthInteger>(
        _ text: some StringProtocol, within range: ClosedRange<Number>
    ) -> Number? {
        parse(text).flatMap(Number.init(exactly:)).flatMap { range.contains($0) ? $0 : nil }
    }
}
