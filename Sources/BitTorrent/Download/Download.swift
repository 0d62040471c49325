import Glibc
import LinuxSystem
import SystemPackage

/// Downloads the data of one torrent to a folder, for the program `pierdat-get-bittorrent`, or
/// verifies existing data, for `pierdat-verify-bittorrent`.
public final class Download {
    /// What to do about missing data.
    public enum Goal: Sendable {
        /// Download it.
        case get
        /// Fail. Only metadata is downloaded.
        case verify

        /// Makes the files match the torrent exactly, after their data was verified.
        fileprivate func settle(_ parameters: TorrentParameters, in folder: FilePath)
            throws(TorrentError)
        {
            switch self {
            case .get: try parameters.finishFiles(in: folder)
            case .verify: try parameters.checkFiles(in: folder)
            }
        }

        var purpose: Torrent.Purpose {
            switch self {
            case .get: .download
            case .verify: .check
            }
        }
    }

    /// The result of a download.
    public struct Result: Sendable {
        /// The path of the saved torrent.
        public let torrent: FilePath
        /// The absolute path of the folder that contains the torrent's root.
        public let folder: FilePath
        /// The wanted files, by paths relative to the folder.
        public let files: [FilePath]
    }

    private let goal: Goal
    private let configuration: EngineConfiguration
    private let store: TorrentStore
    private let destination: SaveFolder
    /// The folder of the result. Other than `destination` until a wanted digest is verified.
    private let finalFolder: FilePath
    private let wanted: WantedDigest?
    private let purpose: Torrent.Purpose
    private var placement: DownloadPlacement
    private var task: DownloadTask
    /// Includes the selected files, and the metadata once it is known.
    private var parameters: TorrentParameters
    private enum OwnEvent: UInt64 {
        case tick
    }

    private var events: EngineEvents<OwnEvent>
    /// Each second, for the progress.
    private let tick: TimerDescriptor
    private var reporter: ProgressReporter
    private let options: DownloadOptions
    private var reserve: ReserveWebSeeds
    /// The amount of existing data was reported.
    private var hasToldStock = false
    private var findings = PeerFindings()
    private var metered: MeteredPart
    private var sessionMeter: SessionMeter?

    /// Joins the swarm. To get, creates `folder` if it is missing. To verify, `folder` may also be the
    /// torrent's root itself. `peers` with numeric addresses are tried, too. Blocks SIGINT and SIGTERM.
    ///
    /// If `parameters` have a digest, the torrent must be a single file with that digest. It gets its final
    /// name only when that is verified, and replaces a file of that name.
    public init(
        _ goal: Goal, _ parameters: TorrentParameters, into folder: FilePath,
        store: TorrentStore, configuration: EngineConfiguration,
        options: DownloadOptions = DownloadOptions(), peers: [PeerName] = []
    ) throws(TorrentError) {
        self.goal = goal
        self.configuration = configuration
        metered = MeteredPart(configuration.meter)
        self.options = options
        reserve = ReserveWebSeeds(options.reserveWebSeeds, now: .now)
        self.store = store
        var reporter = ProgressReporter()
        for warning in parameters.warnings { reporter.say("warning: \(warning)") }
        try store.checkWritable()
        let digest = parameters.digest
        var parameters = try store.withMetadata(parameters)
        let named =
            switch goal {
            case .get: try SaveFolder(preparing: folder)
            case .verify: try SaveFolder(holding: parameters.summary.name, at: folder)
            }
        let wanted = try digest.map { digest throws(TorrentError) in
            try WantedDigest(
                digest, of: parameters, in: named.path, downloads: goal == .get)
        }
        let isThere = wanted?.isThere == true
        finalFolder = named.path
        destination = try wanted?.folder.map(SaveFolder.init(preparing:)) ?? named
        purpose = isThere ? .check : goal.purpose
        self.wanted = wanted
        var placement = DownloadPlacement(destination, state: store.folder)
        if goal == .get, !isThere, let cache = options.cache {
            // This may wait. Signals still end the program, because they are blocked only later.
            let folder = CacheFolder(
                path: cache, limit: options.cacheLimit, names: configuration.names,
                meter: configuration.meter)
            placement.use(cache: folder, of: parameters.summary) { reporter.say($0) }
            parameters = placement.cache?.adding(to: parameters) ?? parameters
        }
        TerminationSignals.ending.block()
        // With SIGXFSZ ignored, a write beyond the file size limit fails and is reported. With
        // SIGTTOU ignored, a background process can write to the terminal.
        for number in [SIGXFSZ, SIGTTOU] { signal(number, SIG_IGN) }
        configuration.addTrackers(to: parameters)
        try options.selection?.apply(to: parameters) { reporter.say($0) }
        // Without metadata, the files are unknown and nothing is downloaded.
        if goal == .get, parameters.summary.contents != nil {
            _ = try placement.settle(for: parameters) { reporter.say($0) }
        }
        self.reporter = reporter
        self.placement = placement
        self.parameters = parameters
        let network = try NetworkWatch()
        let session = try Session(configuration, pace: .eager)
        sessionMeter = configuration.meter.map { SessionMeter($0, of: session) }
        let hasToDecide = options.selection != nil || placement.cache != nil
        let isDeciding = hasToDecide && parameters.summary.contents == nil
        task = try DownloadTask(
            session, parameters, at: placement, isDeciding ? .metadata : .data,
            purpose: purpose, peers: peers)
        tick = try Self.startedTick()
        events = try EngineEvents(
            configuration, session: session, network: network, signals: TerminationSignals.ending,
            own: [.tick: tick.descriptor])
    }

    private static func startedTick() throws(TorrentError) -> TimerDescriptor {
        do throws(Errno) {
            let tick = try TimerDescriptor()
            try tick.set(after: .seconds(1), every: .seconds(1))
            return tick
        } catch {
            throw .cannotWait(error)
        }
    }

    /// Returns when all of the data is present and verified.
    public func run() throws(TorrentError) -> Result {
        defer {
            reporter.close()
            sessionMeter?.end()
        }
        let clock = ContinuousClock()
        let start = clock.now
        var watch = StallWatch(configuration, now: start)
        repeat {
            watch.resume(now: clock.now)
            try waitUntilComplete(&watch, clock)
        } while try !hasArrived()
        try goal.settle(parameters, in: destination.path)
        let parameters = try task.torrent.currentParameters()
        try settleDigest(of: parameters)
        let saved = try store.save(parameters)
        sessionMeter?.takeLast()
        if let status = task.torrent.status {
            metered.update(
                [.peers: status.fromPeers, .webSeeds: status.fromWebSeeds],
                DownloadProgress(nil, status), isLast: true)
            reporter.sayTotals(status, received: task.received, after: clock.now - start)
        }
        placement.tidyCache { reporter.say($0) }
        placement.noteCacheSize()
        return Result(
            torrent: saved, folder: finalFolder, files: parameters.wantedFiles.map(\.path))
    }

    /// Deletes data with another digest than the wanted one.
    private func settleDigest(of parameters: TorrentParameters) throws(TorrentError) {
        do throws(TorrentError) {
            try wanted?.settle(parameters, in: destination.path)
        } catch .otherContent(let message) {
            task.session.remove(task.torrent)
            wanted?.discard()
            placement.discardCached(parameters)
            throw .otherContent(message)
        }
    }

    private func waitUntilComplete(
        _ watch: inout StallWatch, _ clock: ContinuousClock
    ) throws(TorrentError) {
        var isFinished = false
        while !isFinished {
            for source in try events.wait() {
                switch source {
                case .session: isFinished = try handleEvents() || isFinished
                case .resolver: task.connect(to: events.takePeers())
                case .dhtReannounce:
                    events.planDHTAnnounce(goesOn: true)
                    task.lookInDHT()
                case .networkSettled:
                    events.beginDHTAnnounces()
                    task.session.reopenSockets()
                case .signals:
                    if let signal = events.nextSignal() { throw .interrupted(signal: signal) }
                case .own(.tick):
                    tick.clear()
                    try report(&watch, now: clock.now)
                    isFinished = try takeStock() || isFinished
                }
            }
        }
    }

    /// Returns true if the download is finished.
    private func handleEvents() throws(TorrentError) -> Bool {
        let news = task.session.takeEvents()
        sessionMeter?.take(news)
        if events.isOnNewNetwork(by: news) { task.announceAgain() }
        for event in news {
            switch event {
            // Events of a torrent that was removed from the session are ignored.
            case .metadataReceived(let token) where task.isNamed(token): try goOn()
            // If all data exists, `finished` may precede `checked`.
            case .checked(let token) where task.isNamed(token),
                .finished(let token) where task.isNamed(token):
                task.noteChecked()
            case .failed(let token, let cause, let message) where task.isNamed(token),
                .unreadable(let token, let cause, let message) where task.isNamed(token):
                try fail(cause, message)
            case .metadataReceived, .checked, .finished, .failed, .unreadable: break
            case .corrupt(_, let piece):
                reporter.say("piece \(piece) failed its hash check and is downloaded again")
            case .banned(_, let peer):
                if findings.ban(peer) { reporter.say("\(peer) sent corrupt data and is banned") }
            case .metSelf(_, let address): findings.note(ownAddress: address)
            case .peerLeft(_, let departure): findings.note(departure)
            case .webSeedFailed(_, let failure):
                if findings.note(failure) { reporter.say("\(failure)") }
            case .cannotListen(_, let message): reporter.say("cannot listen on \(message)")
            case .listening, .announced, .scraped, .trackerFailed, .counters: break
            }
        }
        return try takeStock()
    }

    /// Continues after the metadata of a magnet link has arrived.
    private func goOn() throws(TorrentError) {
        parameters = try task.torrent.currentParameters()
        try wanted?.require(parameters)
        if task.stage == .metadata {
            try options.selection?.apply(to: parameters) { reporter.say($0) }
        }
        placement.cache?.save(parameters)
        let hasLeft =
            goal == .get ? try placement.settle(for: parameters) { reporter.say($0) } : false
        // Peers disconnect from a torrent that wants nothing, and do not reconnect soon.
        if task.stage == .metadata || hasLeft { try addAnew(for: hasLeft ? .destination : .data) }
    }

    private func addAnew(for stage: DownloadTask.Stage) throws(TorrentError) {
        try task.addAnew(parameters, at: placement, stage, purpose: purpose)
        if reserve.isUsed { task.add(webSeeds: reserve.urls) }
    }

    /// Called when all wanted data is verified, possibly in the cache. Returns true if DEST has it.
    private func hasArrived() throws(TorrentError) -> Bool {
        guard let cache = placement.cache else { return true }
        try learnMetadata()
        cache.save(parameters)
        if let meter = configuration.meter, let status = task.torrent.status {
            // Bytes that were in the cache when the download began.
            meter.count(status.present, from: .cache)
            meter.count(
                cache: status.wasComplete ? .hit : status.present > 0 ? .partial : .miss)
        }
        let hasAll = try placement.fill(with: parameters) { reporter.say($0) }
        // The saved state of a selection must describe the pieces in DEST. The cache may have more.
        if hasAll, !parameters.summary.isSelection { return true }
        placement.forgetCache()
        try addAnew(for: .destination)
        return false
    }

    /// Adds the v2 piece hashes, which are transferred separately from the metadata.
    private func learnMetadata() throws(TorrentError) {
        let known = try TorrentParameters(torrent: task.torrent.currentParameters().encoded())
        parameters = try parameters.adding(metadataOf: known)
    }

    /// Continues in DEST with the data from the cache.
    private func leaveCache() throws(TorrentError) {
        try placement.leave(with: parameters) { reporter.say($0) }
        try addAnew(for: .destination)
    }

    /// Handles a disk failure or an unusable torrent.
    private func fail(_ cause: Errno?, _ message: String) throws(TorrentError) {
        guard cause != nil, placement.cache != nil, parameters.summary.contents != nil else {
            throw TorrentError(cause, message, missing: task.missing, in: placement.folder)
        }
        reporter.say("warning: the cache failed (\(message)): continuing without it")
        try leaveCache()
    }

    /// Returns true if all wanted data is present. When the check of existing data has just ended,
    /// also reports the amount, and throws if there is no space for the rest.
    private func takeStock() throws(TorrentError) -> Bool {
        guard task.isChecked, let status = task.torrent.status else { return false }
        if !hasToldStock {
            hasToldStock = true
            try tell(status)
            if goal == .get {
                try placement.checkSpace(for: parameters, missing: status.missing)
            }
        }
        return status.state == .complete
    }

    private func tell(_ status: TorrentStatus) throws(TorrentError) {
        if goal == .verify, !status.wasComplete { throw .invalid(incomplete(status)) }
        if wanted?.isThere == true, !status.wasComplete {
            throw .otherContent(
                """
                \(finalFolder.appending(parameters.summary.name)) has the digest, but does not match \
                the pieces of the torrent
                """)
        }
        reporter.sayPresent(status, isInCache: placement.cache != nil)
    }

    private func incomplete(_ status: TorrentStatus) -> String {
        """
        the data in \(destination.path) is not complete: \(ByteCount(status.done)) of \
        \(ByteCount(status.wanted)) are there and correct. Download the rest with: pierdat URI DEST
        """
    }

    private func report(_ watch: inout StallWatch, now: ContinuousClock.Instant)
        throws(TorrentError)
    {
        guard var status = task.torrent.status else { return }
        reporter.report(ProgressLine(status: status).description, now: now)
        metered.update(
            [.peers: status.fromPeers, .webSeeds: status.fromWebSeeds],
            DownloadProgress(watch, status))
        sessionMeter?.request()
        if reserve.becomesNeeded(status, now: now) {
            reporter.say("the peers do not send enough: asking the web server, too")
            task.add(webSeeds: reserve.urls)
        }
        let nodes = task.session.dhtNodes
        guard let verdict = watch.verdict(status, now: now) else { return }
        status.knownPeers = findings.others(among: status.knownPeers)
        let reason = StallReport(
            status: status, trackers: task.torrent.trackers,
            webSeeds: parameters.webSeeds + (reserve.isUsed ? reserve.urls.map(\.text) : []),
            webSeedFailures: findings.webSeedFailures, peers: findings,
            missing: task.torrent.missing,
            dhtNodes: nodes, dht: configuration.dht,
            hasNetwork: NetworkInterfaces.leadOut, names: configuration.names)
        let names = configuration.names
        switch verdict {
        case .quiet(let time):
            reporter.say("no data received for \(ProgressLine.time(time)):\n  \(reason)")
        case .timedOut(let limit):
            throw .timedOut(
                """
                not complete after \(ProgressLine.time(limit)) (\(names[.timeout])):
                  \(reason)
                  \(reason.advice)
                """)
        case .stalled(let limit):
            throw .timedOut(
                """
                no data received for \(ProgressLine.time(limit)) (\(names[.stallTimeout])):
                  \(reason)
                  \(reason.advice)
                """)
        }
    }
}

extension EngineConfiguration {
    /// Adds the configured trackers in one tier after the torrent's own.
    func addTrackers(to parameters: TorrentParameters) {
        for tracker in trackers { parameters.addTracker(tracker, tier: 255) }
    }
}
