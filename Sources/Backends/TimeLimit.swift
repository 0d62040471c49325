import BackendContract
import LinuxSystem

/// A time on the command line: seconds, or a number with s, m or h.
public struct TimeLimit: Equatable, Sendable {
    /// A year at most.
    public let seconds: Int64

    /// nil: no limit.
    public var duration: Duration? { seconds == 0 ? nil : .seconds(seconds) }

    /// nil where the text is no such time.
    public init?(_ text: String) {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600]
        guard let number = WholeNumber.parse(text, units: units), number <= 31_536_000 else {
            return nil
        }
        seconds = number
    }
}

/// How long a get may take.
public struct TimeLimits: Sendable {
    public var timeout: TimeLimit?
    public var stallTimeout: TimeLimit?

    public init(timeout: TimeLimit? = nil, stallTimeout: TimeLimit? = nil) {
        self.timeout = timeout
        self.stallTimeout = stallTimeout
    }

    /// What backends are told of it, beside the time that is left.
    public var environment: [String: String] {
        stallTimeout.map { [EnvironmentVariable.stallTimeout.rawValue: String($0.seconds)] } ?? [:]
    }
}
