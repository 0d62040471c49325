import BackendContract
import LinuxSystem

/// How often a failed download is tried again.
public struct RetryLimit: Equatable, Sendable {
    private let count: Int?

    /// A failure is final.
    public static let none = RetryLimit(count: 0)
    /// Tried again for ever.
    public static let unlimited = RetryLimit(count: nil)

    /// Exit codes that no retry changes: the command line or a setting is wrong, or no backend can download the URI.
    private static let hopeless: [ExitStatus] = [.usage, .noBackend]

    private init(count: Int?) {
        self.count = count
    }

    /// Parses `on`, `off` or a number of retries up to a million.
    public init?(parsing text: String) {
        if let count = WholeNumber.parse(text, within: 0...1_000_000) {
            self.count = count
        } else if let isOn = EnvironmentSwitch.isOn(text) {
            count = isOn ? nil : 0
        } else {
            return nil
        }
    }

    /// True if a download that has ended with `end` is tried again, after this many attempts.
    func allowsRetry(after attempts: Int, _ end: TerminationStatus) -> Bool {
        if case .exited(let code) = end, let status = ExitStatus(rawValue: code),
            Self.hopeless.contains(status)
        {
            return false
        }
        return count.map { attempts <= $0 } ?? true
    }
}
