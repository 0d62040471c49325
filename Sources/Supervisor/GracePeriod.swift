import LinuxSystem

/// How long everything has to end before it is killed.
public struct GracePeriod: Equatable, Sendable {
    /// A margin below the ten seconds after which Docker kills the whole container.
    public static let standard = GracePeriod(total: .seconds(9))
    /// The longest that can be asked for, in seconds: a day.
    static let longest = 86_400

    /// From the beginning of the end to SIGKILL.
    public let total: Duration

    /// The seeders' part at its end: by then they are told to end, too, though the program has not.
    var seeders: Duration { total / 10 }

    private init(total: Duration) {
        self.total = total
    }

    /// Whole seconds, as PIERDAT_GRACE says them; nil where `text` is no number from 0 to a day's.
    public init?(parsing text: String) {
        guard let seconds = WholeNumber.parse(text, within: 0...Self.longest) else { return nil }
        total = .seconds(seconds)
    }
}
