import LinuxSystem
import SystemPackage

/// Collects how many peers the trackers know for each torrent. It examines only torrents with news,
/// some at a time, so that thousands of torrents cost little. Without news it never wakes up.
struct ScrapeWatch {
    private var timer: OneShotTimer
    /// Torrents with news, and whether a tracker answered an announce.
    private var news: [UInt64: Bool] = [:]
    private var counts: [UInt64: ScrapeCounts] = [:]
    /// Torrents that need a scrape, because their trackers do not report counts in announces.
    private var silent: Set<UInt64> = []
    /// The time of the last scrape of each torrent.
    private var scrapes: [UInt64: ContinuousClock.Instant] = [:]
    /// The sum for all torrents.
    private(set) var total = ScrapeCounts()

    /// The delay after news, because trackers answer one after the other.
    private static let delay = Duration.seconds(1)
    /// The shortest interval between two looks, and so between two reports.
    private static let interval = Duration.seconds(10)
    /// The maximum number of torrents examined and scraped per look.
    static let torrentsALook = 1000
    static let scrapesALook = 100
    /// The shortest interval between two scrapes of a torrent, however many trackers it has.
    static let scrapePause = Duration.seconds(15 * 60)

    /// Readable when a look is due.
    var due: OwnedDescriptor { timer.due }

    /// True if a look is scheduled.
    var isAwaitingTime: Bool { timer.isSet }

    init() throws(Errno) {
        timer = try OneShotTimer()
    }

    mutating func forget(_ tokens: [UInt64]) {
        for token in tokens {
            news[token] = nil
            silent.remove(token)
            scrapes[token] = nil
            counts[token] = nil
        }
        sumUp()
    }

    /// Records which torrents have news.
    mutating func take(_ events: [SessionEvent]) {
        for event in events {
            switch event {
            case .announced(let token): news[token] = true
            // A tracker that is down fails repeatedly. Unknown counts need no update.
            case .scraped(let token), .trackerFailed(let token):
                guard counts[token] != nil || scrapes[token] != nil else { continue }
                if news[token] == nil { news[token] = false }
            default: break
            }
        }
        if !news.isEmpty && !timer.isSet { timer.set(after: Self.delay) }
    }

    /// Examines torrents with news, and scrapes those whose trackers report no counts in announces.
    mutating func look(
        at now: ContinuousClock.Instant = .now, counts swarm: (UInt64) -> ScrapeCounts?,
        scrape: (UInt64) -> Void
    ) {
        timer.clear()
        guard !news.isEmpty || !silent.isEmpty else { return }
        for (token, wasAnnounced) in news.prefix(Self.torrentsALook) {
            news[token] = nil
            guard let known = swarm(token) else { continue }
            counts[token] = known.isKnown ? known : nil
            if wasAnnounced && needsScrape(token, at: now) { silent.insert(token) }
        }
        for token in silent.prefix(Self.scrapesALook) {
            silent.remove(token)
            scrapes[token] = now
            scrape(token)
        }
        sumUp()
        timer.set(after: Self.interval)
    }

    /// True if the counts are unknown, or come from a scrape that is too old.
    private func needsScrape(_ token: UInt64, at now: ContinuousClock.Instant) -> Bool {
        guard let last = scrapes[token] else { return counts[token] == nil }
        return now - last >= Self.scrapePause
    }

    private mutating func sumUp() {
        total = counts.values.reduce(into: ScrapeCounts()) { $0 += $1 }
    }
}
