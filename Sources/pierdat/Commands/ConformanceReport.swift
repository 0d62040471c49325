import Conformance
import LinuxSystem

/// Formats what `pierdat test-backend` found.
enum ConformanceReport {
    private static let widestLabel = "not applicable".count
    private static let widestRule = ConformanceTest.rules.map(\.count).max() ?? 0

    /// One line for a rule. The text may have parts that the backend has printed.
    static func line(_ finding: Finding) -> String {
        let label = padded(finding.verdict.label, widestLabel)
        let rule = padded(finding.rule, widestRule)
        let text = Redaction.text(finding.verdict.explanation.onOneLine)
        return "\(label)  \(rule)  \(text) (backends.md#\(finding.section))"
    }

    /// The last line.
    static func summary(_ findings: [Finding], of name: String) -> String {
        let broken = findings.count(where: \.isBroken)
        let rules = "\(findings.count) rule\(findings.count == 1 ? "" : "s")"
        let unchecked = findings.count { $0.verdict.label == "not checked" }
        let rest = unchecked > 0 ? "; \(unchecked) could not be checked" : ""
        return broken == 0
            ? "The backend \(name) breaks none of \(rules)\(rest)."
            : "The backend \(name) breaks \(broken) of \(rules)\(rest)."
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
