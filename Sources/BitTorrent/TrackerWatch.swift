/// Sees which trackers fail and which answer again, whatever torrents they are announced to for: one that is
/// down is told of once.
struct TrackerWatch {
    /// What there is to tell.
    enum Change: Equatable, Sendable {
        case failed(url: String, reason: String)
        case works(url: String)
    }

    /// What there is news of and was not looked at yet.
    private var news: Set<UInt64> = []
    /// By their URLs: those that were told of.
    private var failing: Set<String> = []
    private var lastLook: ContinuousClock.Instant?

    /// How many torrents are looked at with one look. What is left over is not waited for: a tracker that is
    /// down fails again and again.
    static let torrentsALook = 20
    /// How soon after another look the next one is.
    static let pause = Duration.seconds(1)
    /// How many trackers are told of.
    static let most = 100

    /// How many trackers fail, as far as they were told of.
    var failures: Int { failing.count }

    /// Takes note of which torrents have to be looked at.
    mutating func take(_ events: [SessionEvent]) {
        for event in events {
            switch event {
            case .trackerFailed(let token): news.insert(token)
            case .announced(let token) where !failing.isEmpty: news.insert(token)
            default: break
            }
        }
    }

    /// Forgets what was told, as torrents have gone, and their trackers with them.
    mutating func forget() {
        failing = []
    }

    /// Looks where there is news, unless it has just done so.
    mutating func look(
        at now: ContinuousClock.Instant = .now, trackers: (UInt64) -> [TrackerStatus]
    ) -> [Change] {
        guard !news.isEmpty, lastLook.map({ now - $0 >= Self.pause }) ?? true else { return [] }
        lastLook = now
        let looked = news.prefix(Self.torrentsALook)
        news.subtract(looked)
        return looked.flatMap { trackers($0).compactMap { change(of: $0) } }
    }

    private mutating func change(of tracker: TrackerStatus) -> Change? {
        if tracker.works {
            return failing.remove(tracker.url).map { .works(url: $0) }
        }
        guard tracker.fails, failing.count < Self.most, failing.insert(tracker.url).inserted else {
            return nil
        }
        return .failed(url: tracker.url, reason: tracker.answer)
    }
}
