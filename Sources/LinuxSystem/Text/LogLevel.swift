/// The severity of a log line. A log at one level shows that level and more severe ones.
public enum LogLevel: String, CaseIterable, Comparable, Sendable {
    /// Something is broken until somebody acts.
    case error
    /// Something is wrong, but the program continues.
    case warning
    /// Normal operation.
    case info
    /// Details for debugging.
    case debug

    /// The default level.
    public static let standard = LogLevel.info

    /// Parses a value of `PIERDAT_LOG`. nil if `text` is not a level.
    public init?(parsing text: String) {
        self.init(rawValue: text.lowercased())
    }

    /// The prefix of a line of this level.
    public var prefix: String { self == .info ? "" : "\(rawValue): " }

    /// True if `one` is more severe than `other`.
    public static func < (one: LogLevel, other: LogLevel) -> Bool { one.rank < other.rank }

    private var rank: Int {
        switch self {
        case .error: 0
        case .warning: 1
        case .info: 2
        case .debug: 3
        }
    }
}
