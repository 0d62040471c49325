/// When to stop seeding a torrent.
public struct SeedingGoal: Equatable, Sendable {
    /// The share ratio since the seeder started. nil for no limit.
    public var ratio: Double?
    /// The seeding time since the seeder started. nil for no limit.
    public var time: Duration?

    /// No goal: seed until stopped.
    public init() {}

    /// True if there is a goal.
    public var isSet: Bool { ratio != nil || time != nil }

    /// The goal that a torrent has reached.
    enum Reached: Equatable {
        /// The share ratio: the bytes uploaded, and the size of the data.
        case ratio(sent: ByteCount, of: ByteCount)
        /// The seeding time.
        case time(Duration)

        /// The goal as text, with the `names` of the settings.
        func words(_ names: SettingNames) -> String {
            switch self {
            case .ratio(let sent, let size): "\(sent) uploaded of \(size) (\(names[.seedRatio]))"
            case .time(let time): "\(ProgressLine.time(time)) (\(names[.seedTime]))"
            }
        }
    }

    /// nil if nothing is reached.
    func reached(by status: TorrentStatus, after seeded: Duration) -> Reached? {
        if let ratio, status.wanted > 0, Double(status.uploaded) >= ratio * Double(status.wanted) {
            return .ratio(sent: ByteCount(status.uploaded), of: ByteCount(status.wanted))
        }
        if let time, seeded >= time { return .time(seeded) }
        return nil
    }
}
