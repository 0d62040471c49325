/// How many peers trackers know of a torrent, or of several: of others what they have been told.
struct ScrapeCounts: Equatable, Sendable, CustomStringConvertible {
    /// Who has everything, we among them; nil where nobody says.
    private(set) var seeds: Int?
    /// Who has not; nil where nobody says.
    private(set) var downloaders: Int?

    /// What a tracker says beyond it of one torrent, no swarm has ever had.
    static let most = 1_000_000

    /// Of none.
    init() {}

    /// As a tracker has said it, of one torrent; negative where it has not.
    init(seeds: Int, downloaders: Int) {
        self.seeds = Self.bounded(seeds)
        self.downloaders = Self.bounded(downloaders)
    }

    private static func bounded(_ count: Int) -> Int? {
        count < 0 ? nil : min(count, most)
    }

    /// Whether anything was said.
    var isKnown: Bool { seeds != nil || downloaders != nil }

    /// Adds those of another torrent.
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
