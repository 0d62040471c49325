import LinuxSystem
import SystemPackage

/// Sees how many peers trackers know of each torrent. It looks at those alone of which there is news, some at
/// a time, so that thousands of torrents cost next to nothing; without news it never wakes anybody.
struct ScrapeWatch {
    private var timer: OneShotTimer
    /// What there is news of and was not looked at yet: whether a tracker has answered an announce.
    private var news: [UInt64: Bool] = [:]
    private var counts: [UInt64: ScrapeCounts] = [:]
    /// Of which trackers say nothing when they are announced to, and are to be scraped.
    private var silent: Set<UInt64> = []
    /// When that was done last.
    private var scrapes: [UInt64: ContinuousClock.Instant] = [:]
    /// Of all torrents together.
    private(set) var total = ScrapeCounts()

    /// How soon after news is looked, for trackers answer one after the other,
    private static let delay = Duration.seconds(1)
    /// and how soon again: who is told of it has nothing new more often than that.
    private static let interval = Duration.seconds(10)
    /// How many torrents are looked at with one look, and how many scraped.
    static let torrentsALook = 1000
    static let scrapesALook = 100
    /// How soon after another a torrent is scraped, however many trackers it has.
    static let scrapePause = Duration.seconds(15 * 60)

    /// Readable when it is time to look.
    var due: OwnedDescriptor { timer.due }

    /// Whether it will be time to look.
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

    /// Takes note of which torrents have to be looked at.
    mutating func take(_ events: [SessionEvent]) {
        for event in events {
            switch event {
            case .announced(let token): news[token] = true
            // A tracker that is down fails again and again: of what nobody knows there is no less to know.
            case .scraped(let token), .trackerFailed(let token):
                guard counts[token] != nil || scrapes[token] != nil else { continue }
                if news[token] == nil { news[token] = false }
            default: break
            }
        }
        if !news.isEmpty && !timer.isSet { timer.set(after: Self.delay) }
    }

    /// Looks, and has those scraped of which no tracker says anything when it is announced to.
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

    /// What came of a scrape once is known from then on, and gets old.
    private func needsScrape(_ token: UInt64, at now: ContinuousClock.Instant) -> Bool {
        guard let last = scrapes[token] else { return counts[token] == nil }
        return now - last >= Self.scrapePause
    }

    private mutating func sumUp() {
        total = counts.values.reduce(into: ScrapeCounts()) { $0 += $1 }
    }
}
