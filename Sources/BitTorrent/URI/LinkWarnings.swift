import LinuxSystem

/// Warnings about parts of a link that are ignored. Their number is limited, whatever the link
/// contains.
public struct LinkWarnings: Hashable, Sendable {
    private var told: [String] = []
    private var untold = 0
    /// The names of unknown parameters.
    private var unused: [String] = []

    /// The maximum number of lines, not counting the last one with the number of further warnings.
    static let mostLines = 8
    private static let mostNames = 6

    /// The warnings for the user, one line each.
    public var lines: [String] {
        var lines = told
        if !unused.isEmpty {
            let names = unused.prefix(Self.mostNames).map { "'\($0)'" }.joined(separator: ", ")
            let more =
                unused.count > Self.mostNames ? " and \(unused.count - Self.mostNames) more" : ""
            lines.append("unknown parameters of the magnet link are ignored: \(names)\(more)")
        }
        if untold > 0 { lines.append("\(untold) more parts of the magnet link are ignored") }
        return lines
    }

    /// Adds a warning that `parameter=value` is ignored for `reason`.
    mutating func add(_ parameter: String, _ value: String, _ reason: String) {
        add(
            "the magnet link's \(parameter)=\(Redaction.uri(value).excerpt(60)) is ignored: \(reason)"
        )
    }

    mutating func add(_ text: String) {
        let line = text.excerpt(400)
        guard !told.contains(line) else { return }
        if told.count < Self.mostLines { told.append(line) } else { untold += 1 }
    }

    /// Adds the name of an unknown parameter.
    mutating func add(unused name: String) {
        let shown = Redaction.parameterName(name).excerpt(20)
        if !unused.contains(shown), unused.count < 1000 { unused.append(shown) }
    }
}
