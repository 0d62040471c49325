/// When to stop seeding a torrent.
public struct SeedingGoal: Equatable, Sendable {
    /// The share ratio since the seeder started; nil: no limit.
    public var ratio: Double?
    /// How long it has been seeded since the seeder started; nil: no limit.
    public var time: Duration?

    public init() {}

    /// True if there is a goal.
    public var isSet: Bool { ratio != nil || time != nil }

    /// The reached goal as text. nil if none is reached.
    func reached(by status: TorrentStatus, after seeded: Duration) -> String? {
        if let ratio, status.wanted > 0, Double(status.uploaded) >= ratio * Double(status.wanted) {
            return
                "\(ByteCount(status.uploaded)) sent of \(ByteCount(status.wanted)) (PIERDAT_SEED_RATIO)"
        }
        if let time, seeded >= time { return "\(ProgressLine.time(seeded)) (PIERDAT_SEED_TIME)" }
        return nil
    }
}
