/// How much a log line matters. A log that is kept to a level holds that level and those above it.
public enum LogLevel: String, CaseIterable, Comparable, Sendable {
    /// Something does not work, and stays so until somebody acts.
    case error
    /// Something is not as it should be, and the program goes on.
    case warning
    /// What happens.
    case info
    /// What happens in detail, for whoever looks for a fault.
    case debug

    /// The level that a log has unless told otherwise.
    public static let standard = LogLevel.info

    /// As `PIERDAT_LOG` says it; nil if `text` is not a level.
    public init?(parsing text: String) {
        self.init(rawValue: text.lowercased())
    }

    /// What stands in front of a line of this level.
    public var prefix: String { self == .info ? "" : "\(rawValue): " }

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
