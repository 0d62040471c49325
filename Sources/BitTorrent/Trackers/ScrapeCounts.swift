/// How many peers trackers know for one or several torrents, as trackers report it.
struct ScrapeCounts: Equatable, Sendable, CustomStringConvertible {
    /// The number of seeders, including us. nil if unknown.
    private(set) var seeds: Int?
    /// The number of peers that are downloading. nil if unknown.
    private(set) var downloaders: Int?

    /// The highest count accepted for one torrent. No real swarm is larger.
    static let most = 1_000_000

    /// No counts.
    init() {}

    /// The counts that a tracker reported for one torrent. Negative if it did not report them.
    init(seeds: Int, downloaders: Int) {
        self.seeds = Self.bounded(seeds)
        self.downloaders = Self.bounded(downloaders)
    }

    private static func bounded(_ count: Int) -> Int? {
        count < 0 ? nil : min(count, most)
    }

    /// True if any count is known.
    var isKnown: Bool { seeds != nil || downloaders != nil }

    /// Adds the counts of another torrent.
    static func += (sum: inout ScrapeCounts, other: ScrapeCounts) {
        if let seeds = other.seeds { sum.seeds = (sum.seeds ?? 0) + seeds }
        if let more = other.downloaders { sum.downloaders = (sum.downloaders ?? 0) + more }
    }

    var description: String {
        let parts = [
            seeds.map { "\($0) seed\($0 == 1 ? "" : "s")" },
            downloaders.map { "\($0) peer\($0 == 1 ? "" : "s") downloading" },
        ]
        return parts.compactMap { $0 }.joined(separator: " and ")
    }
}
