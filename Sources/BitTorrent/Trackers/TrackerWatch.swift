import LinuxSystem
import SystemPackage

/// Sees which trackers fail and which answer again, whatever torrents they are announced to for: one that is
/// down is told of once. It looks at some of those torrents alone of which there is news, now and then;
/// without news it never wakes anybody.
struct TrackerWatch {
    /// What there is to tell. Its URLs are as people may see them.
    enum Change: Equatable, Sendable {
        case failed(url: String, reason: String)
        case works(url: String)
    }

    private var timer: OneShotTimer
    /// What there is news of and was not looked at yet.
    private var news: Set<UInt64> = []
    /// By their URLs: those that were told of.
    private var failing: Set<String> = []

    /// How soon after news is looked, for trackers answer one after the other, and how soon again.
    private static let pause = Duration.seconds(1)
    /// How many torrents are looked at with one look.
    static let torrentsALook = 20
    /// How many trackers are told of.
    static let most = 100

    /// Readable when it is time to look.
    var due: OwnedDescriptor { timer.due }

    /// Whether it will be time to look.
    var isAwaitingTime: Bool { timer.isSet }

    /// How many trackers fail, as far as they were told of.
    var failures: Int { failing.count }

    init() throws(Errno) {
        timer = try OneShotTimer()
    }

    /// Takes note of which torrents have to be looked at.
    mutating func take(_ events: [SessionEvent]) {
        for event in events {
            switch event {
            case .trackerFailed(let token): news.insert(token)
            case .announced(let token) where !failing.isEmpty: news.insert(token)
            default: break
            }
        }
        if !timer.isSet { setTimer() }
    }

    /// Forgets what was told, as torrents have gone, and their trackers with them.
    mutating func forget() {
        failing = []
    }

    /// Looks where there is news.
    mutating func look(trackers: (UInt64) -> [TrackerStatus]) -> [Change] {
        timer.clear()
        let looked = news.prefix(Self.torrentsALook)
        news.subtract(looked)
        setTimer()
        return looked.flatMap { trackers($0).compactMap { change(of: $0) } }
    }

    private mutating func change(of tracker: TrackerStatus) -> Change? {
        if tracker.announce == .succeeded {
            return failing.remove(tracker.url).map { _ in .works(url: tracker.name) }
        }
        guard tracker.announce == .failed, failing.count < Self.most,
            failing.insert(tracker.url).inserted
        else {
            return nil
        }
        return .failed(url: tracker.name, reason: tracker.answer)
    }

    private mutating func setTimer() {
        if !news.isEmpty { timer.set(after: Self.pause) }
    }
}
