import BitTorrent
import Digest
import Glibc
import LinuxSystem
import SystemPackage

/// Downloads one file from web servers and verifies its digest, unless a search for peers succeeds meanwhile.
final class WebDownload {
    /// How a download ends.
    enum Outcome {
        /// The file is in the folder, and its digest is right.
        case file(SeedableFile)
        /// Peers have a torrent of the file, and the data so far is where its download goes on.
        case swarm(FoundMetadata)
    }

    enum Source: UInt64 {
        case fetches, verification, signals, tick, search
    }

    let source: WebSource
    /// Runs in the background. nil if there is none, or it has ended.
    var search: MetadataSearch?
    let configuration: EngineConfiguration
    let destination: SaveFolder
    let file: PartialFile
    let poller: EventPoller<Source>
    let fetchEvents: FetchEvents
    private let interruption: Interruption
    let tick: TimerDescriptor
    var reporter = ProgressReporter()
    var transfer: RangeTransfer
    var verification: Verification
    var name: FileName?
    var rate = RateMeter()
    var metered: MeteredPart
    var watch: StallWatch
    let start = ContinuousClock.now
    var lastJournal = ContinuousClock.now

    /// Fewer missing bytes are not worth a change to peers.
    static let leastForPeers: Int64 = 8 << 20
    static let journalInterval = Duration.seconds(5)
    /// So much of the disk stays free when a server does not say how much it will send.
    static let reserve: Int64 = 64 << 20

    /// Prepares a download into `folder`, which is created if it is missing. The time limit counts from `start`.
    init(
        _ source: WebSource, into folder: FilePath, configuration: EngineConfiguration,
        search: MetadataSearch?, start: ContinuousClock.Instant, interruption: Interruption
    ) throws(TorrentError) {
        self.source = source
        self.search = search
        self.interruption = interruption
        self.configuration = configuration
        metered = MeteredPart(configuration.meter)
        try configuration.prepareForRequests()
        destination = try SaveFolder(preparing: folder)
        name = source.fileName
        file = try PartialFile(in: destination.path, key: source.key)
        for number in [SIGXFSZ, SIGTTOU] { signal(number, SIG_IGN) }
        do throws(Errno) {
            fetchEvents = try FetchEvents()
            tick = try TimerDescriptor()
            let left = configuration.timeout.map { $0 - (.now - start) } ?? .seconds(1)
            try tick.set(
                after: min(.seconds(1), max(.milliseconds(1), left)), every: .seconds(1))
            verification = try Verification(
                of: file, algorithm: source.digest?.algorithm ?? .sha256)
            poller = try EventPoller([
                .fetches: fetchEvents.descriptor, .verification: verification.descriptor,
                .signals: interruption.descriptor, .tick: tick.descriptor,
            ])
            if let search { try poller.add(.search, search.ended) }
        } catch {
            throw .cannotWait(error)
        }
        transfer = RangeTransfer(
            source, into: file, events: fetchEvents, configuration: configuration,
            rateLimit: RateLimit(configuration), hasDigest: source.digest != nil)
        watch = StallWatch(configuration, now: start)
        watch.resume(now: .now)
    }

    /// Returns when the file is in the folder and its digest is right. On failure the data that may be of use
    /// is kept for the next run.
    func run() throws(TorrentError) -> Outcome {
        defer { reporter.close() }
        do throws(TorrentError) {
            try verification.begin()
            if let size = source.size { try handle(.sized(size)) }
            try resume()
            // Nothing is requested for an empty file, so no event would start its verification.
            if transfer.isComplete { try advanceVerification() }
            while true {
                for news in try transfer.schedule(now: .now) { try handle(news) }
                try checkProgress()
                for event in try poller.wait(timeout: pause) {
                    if let outcome = try handle(event) { return outcome }
                }
            }
        } catch {
            endTransfers()
            // What does not match is of no use to the next run.
            if case .invalid = error { file.remove() }
            throw error
        }
    }

    /// The time until the next attempt at a server. nil if no server rests.
    var pause: Duration? {
        let now = ContinuousClock.now
        return transfer.nextAttempt(after: now).map { $0 - now }
    }

    /// Returns how the download ends, if it does.
    private func handle(_ source: Source) throws(TorrentError) -> Outcome? {
        switch source {
        case .fetches:
            for event in fetchEvents.take() {
                for news in transfer.take(event, now: .now) { try handle(news) }
            }
            try advanceVerification()
        case .verification:
            return try judge().map { outcome throws(TorrentError) in .file(try finish(outcome)) }
        case .search:
            if let found = takeSearch() { return handOver(to: found) }
        case .signals: try interruption.check()
        case .tick:
            tick.clear()
            try report(now: .now)
        }
        return nil
    }
}
