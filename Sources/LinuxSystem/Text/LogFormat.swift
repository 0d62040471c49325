/// The format of a log's lines.
public enum LogFormat: String, Sendable {
    /// For people.
    case text
    /// A JSON object per line: ``LogRecord``.
    case json

    /// Parses a value of `PIERDAT_LOG_FORMAT`. nil if `text` is not a format.
    public init?(parsing text: String) {
        self.init(rawValue: text.lowercased())
    }
}
