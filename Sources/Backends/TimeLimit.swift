import BackendContract
import LinuxSystem

/// A duration on the command line: seconds, or a number with the suffix s, m or h.
public struct TimeLimit: Equatable, Sendable {
    /// The duration in seconds, at most a year.
    public let seconds: Int64

    /// nil means no limit.
    public var duration: Duration? { seconds == 0 ? nil : .seconds(seconds) }

    /// nil if the text is not a valid duration.
    public init?(_ text: String) {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600]
        guard let number = WholeNumber.parse(text, units: units), number <= 31_536_000 else {
            return nil
        }
        seconds = number
    }
}

/// The time limits of a download.
public struct TimeLimits: Sendable {
    /// `--timeout`: for the whole download. nil if the option is not given.
    public var timeout: TimeLimit?
    /// `--stall-timeout`: without a byte. nil if the option is not given.
    public var stallTimeout: TimeLimit?

    /// nil for an option that is not given.
    public init(timeout: TimeLimit? = nil, stallTimeout: TimeLimit? = nil) {
        self.timeout = timeout
        self.stallTimeout = stallTimeout
    }

    /// The limits passed to backends, in addition to the remaining time.
    public var environment: [String: String] {
        stallTimeout.map { [EnvironmentVariable.stallTimeout.rawValue: String($0.seconds)] } ?? [:]
    }
}
