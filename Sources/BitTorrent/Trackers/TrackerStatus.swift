import CLibtorrent

/// The last answer of a tracker.
public struct TrackerStatus: Equatable, Sendable {
    /// The announce URL.
    public let url: String
    /// The result of an announce.
    public enum Announce: Equatable, Sendable {
        /// No answer has arrived yet.
        case pending
        /// The tracker accepted it.
        case succeeded
        /// It failed, and no answer is expected.
        case failed
    }

    /// The tracker's message. Empty if it has not answered or sent none.
    public let message: String
    /// The result of the last announce.
    public let announce: Announce
    /// The number of seeders it knows. nil if it did not report that.
    public let seeds: Int?

    /// The URL without secrets.
    var name: String { RemoteURL.redacted(url) }

    init(url: String, message: String, _ announce: Announce, seeds: Int? = nil) {
        self.url = url
        self.message = message
        self.announce = announce
        self.seeds = seeds
    }

    /// The maximum length of a message in characters.
    private static let longestMessage = 300

    /// `names` are for messages about settings.
    init(_ tracker: pierdat_tracker, _ names: SettingNames) {
        let said = String(cString: tracker.message).onOneLine.prefix(Self.longestMessage)
        self.init(
            url: String(cString: tracker.url),
            message: NetworkRefusal.explained(String(said), tracker.refusal, names),
            tracker.works ? .succeeded : tracker.fails ? .failed : .pending,
            seeds: tracker.seeds < 0 ? nil : Int(tracker.seeds))
    }

    /// The answer as a message for the user.
    var answer: String {
        let known = ScrapeCounts(seeds: seeds ?? -1, downloaders: -1)
        let seeds = known.isKnown ? " and reports \(known)" : ""
        return switch (announce == .succeeded, message.isEmpty) {
        case (true, true): "works" + seeds
        case (true, false): "works\(seeds); its message: \(message)"
        // UDP gives no error if the packet is lost.
        case (false, true) where url.hasPrefix("udp:"):
            "has not answered: is it down, or is UDP blocked?"
        case (false, true): "has not answered"
        case (false, false): message
        }
    }
}
