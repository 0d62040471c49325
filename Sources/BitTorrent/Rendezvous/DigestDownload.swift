import Digest
import LinuxSystem
import SystemPackage

/// Downloads or verifies the file with a digest. Its torrent is not known: asks at the rendezvous for
/// torrents, and tries each until one has the right content.
public struct DigestDownload {
    private let goal: Download.Goal
    private let digest: ContentDigest
    private let folder: FilePath
    private let store: TorrentStore
    private let configuration: EngineConfiguration
    private var options: DownloadOptions
    private var reporter = ProgressReporter()
    private var content: SearchedContent
    /// Torrents whose peers sent nothing for a while, or that do not fit.
    private var postponed: [FoundMetadata] = []
    /// Torrents that do not fit.
    private var tooLarge: Set<InfoHash> = []
    /// When the first torrent stalled.
    private var stalledSince: ContinuousClock.Instant?

    /// A torrent whose peers send nothing for this long is postponed.
    var candidatePatience = Duration.seconds(60)
    /// How long to search for others before a postponed torrent is tried again.
    var otherPatience = Duration.seconds(20)

    /// The file with `digest`, to be downloaded to `folder` or verified there. Blocks SIGINT and SIGTERM.
    public init(
        _ goal: Download.Goal, _ digest: ContentDigest, into folder: FilePath,
        store: TorrentStore, configuration: EngineConfiguration,
        options: DownloadOptions = DownloadOptions()
    ) {
        self.goal = goal
        self.digest = digest
        self.folder = folder
        self.store = store
        self.configuration = configuration
        self.options = options
        content = SearchedContent(digest: digest)
    }

    /// Returns when a file with the digest is there and can be seeded.
    public mutating func run() throws(TorrentError) -> Download.Result {
        let start = ContinuousClock.now
        if options.selection != nil {
            reporter.say("warning: the selection of files is ignored: a digest is that of one file")
            options.selection = nil
        }
        try store.checkWritable()
        TerminationSignals.ending.block()
        if let known = store.torrents(of: digest).first,
            let result = try download(
                FoundMetadata(parameters: known, peers: []), since: start)
        {
            return result
        }
        while true {
            let next = try next(since: start)
            if let result = try download(next, since: start) { return result }
        }
    }

    // MARK: The search

    /// The next torrent to try.
    private mutating func next(since start: ContinuousClock.Instant) throws(TorrentError)
        -> FoundMetadata
    {
        let settings = configuration.remaining(since: start)
        let clock = ContinuousClock()
        let begin = clock.now
        var watch = StallWatch(settings, now: begin)
        let patience = postponed.isEmpty ? nil : otherPatience
        let run = try SearchRun(
            for: content, settings, signals: TerminationSignals.ending, cancel: Self.never())
        var reporter = self.reporter
        defer { self.reporter = reporter }
        while let found = try run.next({ () throws(TorrentError) in
            try report(run, &watch, &reporter, now: clock.now)
            return patience.map { clock.now - begin < $0 } ?? true
        }) {
            reporter.close()
            guard let index = postponed.firstIndex(where: { $0.isSame(as: found) }) else {
                return found
            }
            // More peers may be known now.
            postponed[index] = found
        }
        return postponed.removeFirst()
    }

    private static func never() throws(TorrentError) -> EventDescriptor {
        do throws(Errno) {
            return try EventDescriptor()
        } catch {
            throw .cannotWait(error)
        }
    }

    private func report(
        _ run: SearchRun, _ watch: inout StallWatch, _ reporter: inout ProgressReporter,
        now: ContinuousClock.Instant
    ) throws(TorrentError) {
        guard let status = run.status else { return }
        reporter.report(ProgressLine(status: status).description, now: now)
        let verdict = watch.verdict(status, now: now)
        configuration.meter?.note(DownloadProgress(watch))
        configuration.meter?.report()
        guard let verdict, let report = run.report else { return }
        let (limit, setting): (Duration, Setting)
        switch verdict {
        case .quiet(let time):
            reporter.say("no torrent was found within \(ProgressLine.time(time)):\n  \(report)")
            return
        case .timedOut(let rest): (limit, setting) = (configuration.timeout ?? rest, .timeout)
        case .stalled(let time): (limit, setting) = (time, .stallTimeout)
        }
        throw .timedOut(
            """
            no torrent was found within \(ProgressLine.time(limit)) (\(configuration.names[setting])):
              \(report)
              \(report.advice)
            """)
    }

    // MARK: The download

    /// nil if the torrent is of no use, or has to wait.
    private mutating func download(
        _ candidate: FoundMetadata, since start: ContinuousClock.Instant
    ) throws(TorrentError) -> Download.Result? {
        let name = candidate.parameters.summary.name.onOneLine
        if let complaint = obstacle(to: candidate.parameters) {
            reporter.say("'\(name)' is not downloaded: \(complaint)")
            refuse(candidate)
            return nil
        }
        candidate.parameters.digest = digest
        do throws(TorrentError) {
            return try Download(
                goal, candidate.parameters, into: folder, store: store,
                configuration: configuration.remaining(
                    since: start, stallAtMost: candidatePatience), options: options,
                peers: candidate.peers
            ).run()
        } catch {
            try handle(error, of: candidate, since: start)
            return nil
        }
    }

    /// Why the torrent's file cannot be put into the folder. nil if nothing is there, or perhaps the file
    /// itself. A stranger chose its name, so no other file is replaced.
    private func obstacle(to parameters: TorrentParameters) -> String? {
        guard case .get = goal, let file = parameters.files.first(where: { !$0.isPadding }),
            let status = FileStatus(withoutFollowing: folder.pushing(file.path))
        else { return nil }
        let isSame =
            status.kind == .file && status.size == file.size
            && (try? DigestCheck().digest(of: folder.pushing(file.path), digest.algorithm))
                == digest
        return isSame
            ? nil
            : "\(folder.pushing(file.path)) is something else. Move it, or choose another DEST"
    }

    private mutating func handle(
        _ error: TorrentError, of candidate: FoundMetadata, since start: ContinuousClock.Instant
    ) throws(TorrentError) {
        switch error {
        case .otherContent, .invalid:
            if goal == .verify, try !hasDigest(candidate.parameters) { throw error }
            reporter.say("a peer has named a wrong torrent, and is banned: \(error)")
            refuse(candidate)
        case .timedOut, .noSpace:
            if isOver(error, candidate, since: start) { throw error }
            reporter.say("searching for another torrent: \(error)")
            postponed.append(candidate)
        default: throw error
        }
    }

    /// True if trying the torrent again later would not help.
    private mutating func isOver(
        _ error: TorrentError, _ candidate: FoundMetadata, since start: ContinuousClock.Instant
    ) -> Bool {
        let now = ContinuousClock.now
        if configuration.isOver(since: start) { return true }
        if case .noSpace = error {
            guard let key = candidate.parameters.summary.key else { return true }
            return !tooLarge.insert(key).inserted
        }
        let stalled = stalledSince ?? now - candidatePatience
        stalledSince = stalled
        return configuration.stallTimeout.map { now - stalled >= $0 } ?? false
    }

    /// True if the data to be verified has the digest.
    private func hasDigest(_ parameters: TorrentParameters) throws(TorrentError) -> Bool {
        let name = parameters.summary.name
        let path = try SaveFolder(holding: name, at: folder).path.appending(name)
        return try DigestCheck().digest(of: path, digest.algorithm) == digest
    }

    private mutating func refuse(_ candidate: FoundMetadata) {
        content.refused.append(candidate.parameters)
        content.banned.formUnion(candidate.peers)
    }
}

extension FoundMetadata {
    fileprivate func isSame(as other: FoundMetadata) -> Bool {
        parameters.summary.key == other.parameters.summary.key
    }
}

extension TorrentStore {
    /// The saved torrents of a single file with `digest`.
    func torrents(of digest: ContentDigest) -> [TorrentParameters] {
        FolderTree(folder).names().filter { $0.extension == "torrent" }.sorted {
            $0.string < $1.string
        }
        .compactMap { try? TorrentParameters(savedAt: folder.pushing($0)) }
        .filter { $0.digest == digest && $0.complaintAsSingleFile == nil }
    }
}
