import BitTorrent
import Digest
import Glibc
import LinuxSystem
import SystemPackage

/// Gets the files of a manifest: from the peers of their torrent, if it is known, and else from the servers. Verifies
/// every file against the manifest, whatever way it came.
public struct ManifestDownload {
    /// Files that are complete, and the saved torrent by which they are seeded.
    public struct Result: Sendable {
        /// The absolute path of DEST.
        public let folder: FilePath
        /// The files, by paths relative to the folder.
        public let files: [FilePath]
        /// The path of the saved torrent. nil if all files are empty.
        public let torrent: FilePath?
        /// The torrent's v1 info-hash.
        public let infoHash: InfoHash?
    }

    let manifest: OriginManifest
    private let folder: FilePath
    private let store: TorrentStore
    private let configuration: EngineConfiguration
    private var options: DownloadOptions
    private var link: MagnetLink?
    let say: (String) -> Void
    private let start: ContinuousClock.Instant

    /// Peers are waited for this long before a server is asked.
    private static let patience = Duration.seconds(3)
    /// Peers of a torrent that send nothing for this long are given up for the servers.
    private static let swarmPatience = Duration.seconds(60)

    /// The files of `manifest`, to be put into `folder`. `torrent` is what is known about their torrent. The time
    /// limit counts from `start`. `say` prints a line for the user.
    public init(
        _ manifest: OriginManifest, torrent: MagnetLink?, into folder: FilePath,
        store: TorrentStore,
        configuration: EngineConfiguration, options: DownloadOptions,
        start: ContinuousClock.Instant, say: @escaping (String) -> Void
    ) {
        self.manifest = manifest
        self.folder = folder
        self.store = store
        self.configuration = configuration
        self.options = options
        self.options.selection = nil
        self.start = start
        self.say = say
        link = torrent
    }

    /// Returns when all files are in the folder and verified.
    public mutating func run() throws(TorrentError) -> Result {
        if let source = manifest.webSource { return try run(source) }
        try store.checkWritable()
        let destination = try SaveFolder(preparing: folder)
        if let result = try pinnedData(in: destination.path) { return result }
        // Before the first thread of a search, because a thread that does not block them would end the program.
        let interruption = try Interruption()
        var place = try ManifestPlace(of: manifest, in: destination.path)
        defer { place.hidden.removeIfEmpty() }
        let cache = CachedTorrents(options, configuration, say: say)
        var found = link.flatMap { cache?.torrent(of: nil, $0) }
        var tried: TriedTorrent?
        while true {
            let survey = try survey(place, interruption)
            var missing = survey.missing
            place.isStaging = manifest.pin != nil && !(missing + survey.staged).isEmpty
            if tried?.isComplete == true, !missing.isEmpty {
                guard manifest.pin == nil else {
                    place.hidden.remove()
                    tried?.forget(unless: nil)
                    throw manifest.otherThanPinned
                }
                say(
                    "the peers have sent other data than the manifest describes: going on with the servers"
                )
                place.clearSwarm()
            }
            let search = found == nil && !missing.isEmpty ? try startSearch() : nil
            defer { search?.close() }
            if let search {
                try interruption.wait(for: search.ended, atMost: patience)
                found = search.foundMetadata
            }
            if let candidate = found, !missing.isEmpty {
                found = nil
                tried = try download(candidate, into: place, after: survey)
                continue
            }
            // What cannot be lent is downloaded for the staged data anew.
            if place.isStaging { missing = (missing + lend(place, after: survey)).sorted() }
            let transfer = try ManifestTransfer(
                place, missing: missing, in: destination, configuration: configuration,
                search: search, start: start, interruption: interruption)
            switch try transfer.run() {
            case .swarm(let candidate): found = candidate
            case .complete(let torrent):
                do throws(TorrentError) {
                    // What the torrent of the pin has sent needs no other proof.
                    if tried?.isComplete != true { try manifest.checkPin(torrent?.summary) }
                } catch {
                    place.hidden.remove()
                    throw error
                }
                if place.isStaging {
                    for index in missing + survey.staged {
                        let file = manifest.files[index]
                        try place.release(file, from: place.swarmPath(of: file))
                    }
                }
                place.hidden.remove()
                let result = try result(
                    in: destination.path, torrent, files: manifest.files.map(manifest.path))
                tried?.forget(unless: result.torrent)
                if let torrent { cache?.add(torrent, from: destination) }
                return result
            }
        }
    }

    /// A single file whose digest is enough to find peers.
    private func run(_ source: WebSource) throws(TorrentError) -> Result {
        var download = OriginDownload(
            source, torrent: link, into: folder, store: store,
            configuration: configuration.remaining(since: start), options: options, say: say)
        return Result(try download.run())
    }

    func result(
        in folder: FilePath, _ torrent: TorrentParameters?, files: [FilePath]
    ) throws(TorrentError) -> Result {
        // Some file systems take different names for the same, or change them.
        try torrent?.finishFiles(in: folder)
        return Result(
            folder: folder, files: files,
            torrent: try torrent.map { torrent throws(TorrentError) in try store.save(torrent) },
            infoHash: torrent?.summary.v1)
    }

    /// Which files are there.
    private func survey(
        _ place: ManifestPlace, _ interruption: Interruption
    ) throws(TorrentError) -> ManifestSurvey {
        var reporter = ProgressReporter()
        defer { reporter.close() }
        let size = manifest.size
        var verified: Int64 = 0
        let survey = try ManifestSurvey(place, interruption) { bytes throws(TorrentError) in
            verified = bytes
            reporter.report(
                "checking existing data: \(ByteCount(bytes)) of \(ByteCount(size))", now: .now)
            guard configuration.isOver(since: start) else { return }
            throw .timedOut(
                "the existing data was not verified in time (\(configuration.names[.timeout]))")
        }
        if survey.missing.isEmpty {
            say("all of the data is there already and verified")
        } else if verified > 0 {
            say("\(ByteCount(verified)) of \(ByteCount(size)) are there already and verified")
        }
        if survey.others > 0 {
            say(
                "\(survey.others) \(survey.others == 1 ? "file has" : "files have") other data and will be replaced"
            )
        }
        return survey
    }
}

// MARK: The swarm

extension ManifestDownload {
    /// What is left of the time in which only peers are asked.
    private var patience: Duration {
        let whole = min(Self.patience, configuration.timeout ?? Self.patience)
        return max(.zero, whole - (.now - start))
    }

    /// nil if the torrent is not known.
    private func startSearch() throws(TorrentError) -> MetadataSearch? {
        guard let link, configuration.findsPeers else { return nil }
        return try MetadataSearch(
            for: SearchedContent(digest: nil, link: link), configuration: configuration, limit: nil)
    }

    /// A torrent that was downloaded, and that is kept only if it is the one that is seeded.
    private struct TriedTorrent {
        let path: FilePath?
        let wasSaved: Bool
        /// The swarm has sent all files.
        var isComplete = false

        init(_ candidate: FoundMetadata, in store: TorrentStore) {
            path = store.path(of: candidate.parameters.summary)
            wasSaved = path.map { FileStatus(withoutFollowing: $0) != nil } ?? true
        }

        func forget(unless seeded: FilePath?) {
            guard let path, path != seeded, !wasSaved else { return }
            path.withPlatformString { _ = unlink($0) }
        }
    }

    /// Downloads the torrent into the hidden folder. The next survey verifies its files.
    private mutating func download(
        _ candidate: FoundMetadata, into place: ManifestPlace, after survey: ManifestSurvey
    ) throws(TorrentError) -> TriedTorrent? {
        // The info-hash of the URI names no other torrent.
        link = nil
        guard manifest.fits(candidate) else {
            guard manifest.pin == nil else { throw manifest.otherThanPinned }
            say("the torrent of the URI has other files: going on with the servers")
            return nil
        }
        lend(place, after: survey)
        var tried = TriedTorrent(candidate, in: store)
        let settings = configuration.remaining(since: start, stallAtMost: Self.swarmPatience)
        do throws(TorrentError) {
            _ = try Download(
                .get, candidate.parameters, into: place.swarm, store: store,
                configuration: settings, options: options, peers: candidate.peers
            ).run()
            tried.isComplete = true
        } catch .timedOut(let reason) {
            guard !configuration.isOver(since: start) else { throw .timedOut(reason) }
            say("the peers send nothing: going on with the servers")
        }
        return tried
    }

    /// Links the files in DEST into the hidden folder. Returns the indices of the files that could not be linked.
    @discardableResult
    private func lend(_ place: ManifestPlace, after survey: ManifestSurvey) -> [Int] {
        let others = Set(survey.missing + survey.staged)
        return manifest.files.indices.filter {
            !others.contains($0) && !place.lend(manifest.files[$0])
        }
    }
}
