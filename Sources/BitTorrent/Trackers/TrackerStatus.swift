import CLibtorrent

/// What a tracker said last.
public struct TrackerStatus: Equatable, Sendable {
    /// Where it is announced to.
    public let url: String
    /// How the last announce went.
    public enum Announce: Equatable, Sendable {
        /// No answer has come yet.
        case pending
        case succeeded
        /// It failed, and no answer is expected.
        case failed
    }

    /// Empty as long as it has not answered.
    public let message: String
    /// How the last announce went.
    public let announce: Announce
    /// How many peers it knows that have everything; nil where it did not say.
    public let seeds: Int?

    /// Its URL as people may see it.
    var name: String { RemoteURL.redacted(url) }

    init(url: String, message: String, _ announce: Announce, seeds: Int? = nil) {
        self.url = url
        self.message = message
        self.announce = announce
        self.seeds = seeds
    }

    /// In characters; who says more has nothing to say.
    private static let longestMessage = 300

    init(_ tracker: pierdat_tracker) {
        self.init(
            url: String(cString: tracker.url),
            message: String(String(cString: tracker.message).onOneLine.prefix(Self.longestMessage)),
            tracker.works ? .succeeded : tracker.fails ? .failed : .pending,
            seeds: tracker.seeds < 0 ? nil : Int(tracker.seeds))
    }

    /// In words for the user.
    var answer: String {
        let known = ScrapeCounts(seeds: seeds ?? -1, downloaders: -1)
        let seeds = known.isKnown ? ", and knows \(known)" : ""
        return switch (announce == .succeeded, message.isEmpty) {
        case (true, true): "works" + seeds
        case (true, false): "works\(seeds); it says: \(message)"
        // Of a datagram nobody says that it was not taken.
        case (false, true) where url.hasPrefix("udp:"):
            "has not answered: is it down, or UDP to it blocked?"
        case (false, true): "has not answered"
        case (false, false): message
        }
    }
}
