import Foundation

/// The result of a benchmark.
struct Report {
    private var parts: [String] = []
    private var goals = Table(["goal", "reached", ""])

    mutating func add(_ table: Table, _ caption: String = "") {
        if !caption.isEmpty { parts.append(caption) }
        parts.append(table.markdown)
    }

    mutating func note(_ words: String) {
        parts.append(words)
    }

    /// Compares a measurement with its maximum.
    mutating func expect(_ what: String, _ value: Double, atMost limit: Double, unit: String = "") {
        goals.add([
            "\(what): at most \(Figure.short(limit))\(unit)", Figure.short(value) + unit,
            value <= limit ? "yes" : "MISSED",
        ])
    }

    /// Compares a measurement with its minimum.
    mutating func expect(_ what: String, _ value: Double, atLeast limit: Double, unit: String = "")
    {
        goals.add([
            "\(what): at least \(Figure.short(limit))\(unit)", Figure.short(value) + unit,
            value >= limit ? "yes" : "MISSED",
        ])
    }

    var markdown: String {
        (parts + (goals.rows.isEmpty ? [] : [goals.markdown])).joined(separator: "\n\n")
    }
}

/// Formats numbers.
enum Figure {
    /// Three significant digits.
    static func short(_ value: Double) -> String {
        guard value.isFinite else { return "-" }
        let decimals = abs(value) >= 100 ? 0 : abs(value) >= 10 ? 1 : abs(value) >= 1 ? 2 : 3
        let text = String(format: "%.\(decimals)f", value)
        return text.contains(".") && Double(text) == value.rounded()
            ? String(format: "%.0f", value) : text
    }

    static func seconds(_ duration: Duration) -> String { short(duration.seconds) }
    static func milliseconds(_ duration: Duration) -> String { short(duration.seconds * 1000) }
    static func megabytes(_ bytes: Int) -> String { short(Double(bytes) / 1e6) }

    /// A value that may be missing.
    static func optional(_ value: Double?) -> String { value.map(short) ?? "-" }
}

extension Duration {
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}

extension Sequence where Element: Comparable {
    /// The median, or the lower one of the two middle elements.
    var median: Element? {
        let sorted = sorted()
        return sorted.isEmpty ? nil : sorted[(sorted.count - 1) / 2]
    }
}
