/// Numbers as people write them in settings and options.
public enum WholeNumber {
    /// Reads digits, and nothing else but one of `units` behind them: no sign, no blank. nil where the text
    /// is otherwise, or the number is too large.
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

    /// The same, where the number has to be within `range`.
    public static func parse<Number: FixedWidthInteger>(
        _ text: some StringProtocol, within range: ClosedRange<Number>
    ) -> Number? {
        parse(text).flatMap(Number.init(exactly:)).flatMap { range.contains($0) ? $0 : nil }
    }
}
