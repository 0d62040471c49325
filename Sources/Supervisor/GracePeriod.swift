import LinuxSystem

/// How long processes may take to stop before they are killed.
public struct GracePeriod: Equatable, Sendable {
    /// A little less than the ten seconds after which Docker kills the container.
    public static let standard = GracePeriod(total: .seconds(9))
    /// The longest grace period in seconds: a day.
    static let longest = 86_400

    /// The time from the start of the shutdown to SIGKILL.
    public let total: Duration

    /// The last part of the period. When it begins, seeders are stopped even if the program still
    /// runs.
    var seeders: Duration { total / 10 }

    /// The same, but not longer than `limit`.
    func atMost(_ limit: Duration) -> GracePeriod { GracePeriod(total: min(total, limit)) }

    private init(total: Duration) {
        self.total = total
    }

    /// Parses PIERDAT_GRACE in whole seconds. nil if `text` is not a number from 0 to 86400.
    public init?(parsing text: String) {
        guard let seconds = WholeNumber.parse(text, within: 0...Self.longest) else { return nil }
        total = .seconds(seconds)
    }
}
