/// When to stop seeding a torrent.
public struct SeedingGoal: Equatable, Sendable {
    /// So many times its size has been sent since the seeder started.
    public var ratio: Double?
    /// So long has it been seeded since the seeder started.
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
