import LinuxSystem
import SystemPackage

/// Detects which trackers fail and recover. A tracker that is down is reported once, not for each
/// torrent. It examines only some of the torrents with news at a time. Without news it never wakes
/// up.
struct TrackerWatch {
    /// A change to report. Its URLs contain no secrets.
    enum Change: Equatable, Sendable {
        case failed(url: String, reason: String)
        case works(url: String)
    }

    private var timer: OneShotTimer
    /// Torrents with news.
    private var news: Set<UInt64> = []
    /// The URLs of trackers reported as failing.
    private var failing: Set<String> = []

    /// Whether each tracker accepted the latest announce that was examined, by its URL without secrets.
    private(set) var states: [String: Bool] = [:]
    /// How many torrents may still be examined only to learn their trackers.
    private var curiosity = 0
    private let learnsStates: Bool

    /// The maximum number of trackers in ``states``, and of torrents examined for them.
    static let mostStates = 20
    static let mostForStates = 50

    /// The delay after news and between two looks. Trackers answer one after the other.
    private static let pause = Duration.seconds(1)
    /// The maximum number of torrents examined per look.
    static let torrentsALook = 20
    /// The maximum number of failing trackers.
    static let most = 100

    /// Readable when a look is due.
    var due: OwnedDescriptor { timer.due }

    /// True if a look is scheduled.
    var isAwaitingTime: Bool { timer.isSet }

    /// The number of trackers reported as failing.
    var failures: Int { failing.count }

    /// With `learnsStates`, some torrents are also examined when their trackers work, for ``states``.
    init(learnsStates: Bool = false) throws(Errno) {
        timer = try OneShotTimer()
        self.learnsStates = learnsStates
        curiosity = learnsStates ? Self.mostForStates : 0
    }

    /// Records which torrents have news.
    mutating func take(_ events: [SessionEvent]) {
        for event in events {
            switch event {
            case .trackerFailed(let token): news.insert(token)
            case .announced(let token) where !failing.isEmpty: news.insert(token)
            case .announced(let token) where curiosity > 0:
                curiosity -= 1
                news.insert(token)
            default: break
            }
        }
        if !timer.isSet { setTimer() }
    }

    /// Forgets all failures, because torrents and their trackers were removed.
    mutating func forget() {
        failing = []
        states = [:]
        curiosity = learnsStates ? Self.mostForStates : 0
    }

    /// Examines torrents with news and returns the changes.
    mutating func look(trackers: (UInt64) -> [TrackerStatus]) -> [Change] {
        timer.clear()
        let looked = news.prefix(Self.torrentsALook)
        news.subtract(looked)
        setTimer()
        return looked.flatMap { trackers($0).compactMap { change(of: $0) } }
    }

    private mutating func change(of tracker: TrackerStatus) -> Change? {
        if tracker.announce != .pending,
            states[tracker.name] != nil || states.count < Self.mostStates
        {
            states[tracker.name] = tracker.announce == .succeeded
        }
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
