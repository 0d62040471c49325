import LinuxSystem

extension MetricSample {
    /// The maximum length of a name in bytes.
    static let longestName = 64
    /// The maximum number of labels.
    static let mostLabels = 4
    /// The maximum length of a label's value in bytes.
    static let longestValue = 256

    /// Parses `NAME{label="value"} NUMBER`, as untrusted programs report it. Names have lower-case letters and
    /// underscores, as in `[a-z][a-z_]*`. nil if the line is malformed or exceeds a limit.
    public init?(line: some Collection<UInt8>) {
        var rest = Array(line)[...]
        guard let name = rest.takeName() else { return nil }
        var labels: [Label] = []
        if rest.take(UInt8(ascii: "{")) {
            guard let taken = rest.takeLabels() else { return nil }
            // The same labels in another order are the same number.
            labels = taken.sorted { $0.name < $1.name }
        }
        guard rest.take(UInt8(ascii: " ")), let value = Self.number(rest) else { return nil }
        self.init(name, labels, value)
    }

    private static func number(_ text: ArraySlice<UInt8>) -> Double? {
        let isDecimal = text.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "e")]
                    .contains(byte)
        }
        guard isDecimal, text.count <= 32,
            let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite
        else { return nil }
        return value
    }
}

extension ArraySlice<UInt8> {
    fileprivate mutating func take(_ byte: UInt8) -> Bool {
        guard first == byte else { return false }
        removeFirst()
        return true
    }

    fileprivate mutating func takeName() -> String? {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let name = prefix { letters.contains($0) || $0 == UInt8(ascii: "_") }
        guard name.count <= MetricSample.longestName, let first = name.first,
            letters.contains(first)
        else { return nil }
        self = dropFirst(name.count)
        return String(decoding: name, as: UTF8.self)
    }

    /// The labels up to and including the closing brace.
    fileprivate mutating func takeLabels() -> [MetricSample.Label]? {
        var labels: [MetricSample.Label] = []
        repeat {
            guard labels.count < MetricSample.mostLabels, let name = takeName(),
                !labels.contains(where: { $0.name == name }),
                take(UInt8(ascii: "=")), take(UInt8(ascii: "\"")), let value = takeValue()
            else { return nil }
            labels.append(MetricSample.Label(name, value))
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "}")) ? labels : nil
    }

    /// The value up to and including the closing quote, without its escapes and control characters.
    private mutating func takeValue() -> String? {
        var value: [UInt8] = []
        while let byte = popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: value, as: UTF8.self).onOneLine
            case UInt8(ascii: "\\"):
                guard let escaped = popFirst() else { return nil }
                value.append(escaped == UInt8(ascii: "n") ? UInt8(ascii: "\n") : escaped)
            default: value.append(byte)
            }
            guard value.count <= MetricSample.longestValue else { return nil }
        }
        return nil
    }
}
