import BitTorrent
import Digest
import Glibc
import HTTP
import LinuxSystem
import SystemPackage

/// Downloads the missing files of a manifest from web servers, several at once, and computes the canonical torrent
/// meanwhile. Ends early if a search for peers succeeds.
final class ManifestTransfer {
    /// How a transfer ends.
    enum Outcome {
        /// All files are at their places. The torrent is nil if they are all empty.
        case complete(TorrentParameters?)
        /// Peers have a torrent of the files.
        case swarm(FoundMetadata)
    }

    enum Source: UInt64 {
        case fetches, digests, torrent, signals, tick, search
    }

    let place: ManifestPlace
    var manifest: OriginManifest { place.manifest }
    /// Runs in the background. nil if there is none, or it has ended.
    var search: MetadataSearch?
    let configuration: EngineConfiguration
    let destination: SaveFolder
    let interruption: Interruption
    let poller: EventPoller<Source>
    let fetchEvents: FetchEvents
    let findings: FileTransfer.Findings
    let tick: TimerDescriptor
    let torrent: ArrivingTorrent
    let rateLimit: RateLimit?
    var reporter = ProgressReporter()
    /// The numbers of the files that nothing was requested of yet, the last one first.
    var waiting: [Int]
    var active: [FileTransfer] = []
    /// Clients with open connections that no file uses.
    var idle: [HTTPClient] = []
    /// Bytes of the files that are at their places.
    var doneBytes: Int64
    /// Bytes that have arrived for files that are complete.
    var receivedBytes: Int64 = 0
    var rate = RateMeter()
    var metered: MeteredPart
    var watch: StallWatch
    let start = ContinuousClock.now
    var lastJournal = ContinuousClock.now

    static let mostFiles = 8
    /// Fewer missing bytes are not worth a change to peers.
    static let leastForPeers: Int64 = 8 << 20
    static let journalInterval = Duration.seconds(5)

    /// Downloads the files `missing`. The time limit counts from `start`.
    init(
        _ place: ManifestPlace, missing: [Int], in destination: SaveFolder,
        configuration: EngineConfiguration, search: MetadataSearch?,
        start: ContinuousClock.Instant, interruption: Interruption
    ) throws(TorrentError) {
        self.place = place
        self.search = search
        self.configuration = configuration
        metered = MeteredPart(configuration.meter)
        self.destination = destination
        self.interruption = interruption
        try configuration.prepareForRequests()
        waiting = missing.reversed()
        rateLimit = RateLimit(configuration)
        torrent = try ArrivingTorrent(place)
        let isMissing = Set(missing)
        doneBytes = 0
        for (index, file) in place.manifest.files.enumerated() where !isMissing.contains(index) {
            torrent.add(index)
            doneBytes += file.size
        }
        for number in [SIGXFSZ, SIGTTOU] { signal(number, SIG_IGN) }
        do throws(Errno) {
            fetchEvents = try FetchEvents()
            findings = try FileTransfer.Findings()
            tick = try TimerDescriptor()
            let left = configuration.timeout.map { $0 - (.now - start) } ?? .seconds(1)
            try tick.set(
                after: min(.seconds(1), max(.milliseconds(1), left)), every: .seconds(1))
            poller = try EventPoller([
                .fetches: fetchEvents.descriptor, .digests: findings.descriptor,
                .torrent: torrent.descriptor, .signals: interruption.descriptor,
                .tick: tick.descriptor,
            ])
            if let search { try poller.add(.search, search.ended) }
        } catch {
            throw .cannotWait(error)
        }
        watch = StallWatch(configuration, now: start)
        watch.resume(now: .now)
    }

    /// Returns when all files are at their places. On failure the data so far is kept for the next run.
    func run() throws(TorrentError) -> Outcome {
        defer { reporter.close() }
        do throws(TorrentError) {
            try checkSpace()
            while true {
                try startFiles()
                try schedule()
                for event in try poller.wait(timeout: pause) {
                    if let outcome = try handle(event) { return outcome }
                }
            }
        } catch {
            endTransfers()
            // What does not match is of no use to the next run.
            if case .invalid = error {
                if place.isStaging {
                    for file in active { file.partial.remove() }
                } else {
                    place.hidden.remove()
                }
            }
            throw error
        }
    }

    /// Checks that all missing files fit, less what an earlier run has stored of them.
    private func checkSpace() throws(TorrentError) {
        let missing = waiting.reduce(Int64(0)) { $0 + manifest.files[$1].size }
        guard destination.shortage(missing) != nil else { return }
        var stored: Int64 = 0
        FolderTree(place.hidden.path).visit { stored += $0.status.held }
        try destination.checkSpace(max(0, missing - stored))
    }

    /// The time until the next attempt at a server. nil if no server rests.
    private var pause: Duration? {
        let now = ContinuousClock.now
        return active.compactMap { $0.transfer.nextAttempt(after: now) }.min().map { $0 - now }
    }

    private func handle(_ source: Source) throws(TorrentError) -> Outcome? {
        switch source {
        case .fetches: try takeFetches()
        case .digests:
            for finding in findings.take() { try take(finding) }
        case .torrent:
            if let found = try torrent.take() {
                sayTotals()
                metered.update([.webSeeds: received], isLast: true)
                return .complete(found)
            }
        case .search:
            if let found = takeSearch() { return handOver(to: found) }
        case .signals: try interruption.check()
        case .tick:
            tick.clear()
            try report(now: .now)
        }
        return nil
    }

    private func sayTotals() {
        let received = received
        guard received > 0 else { return }
        reporter.sayTotals(
            of: manifest.size, received: received, after: ContinuousClock.now - start)
    }
}
