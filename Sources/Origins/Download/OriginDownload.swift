import BitTorrent
import Digest
import LinuxSystem
import SystemPackage

/// Gets a file that lies on web servers: from the peers that have it, if there are any, with the servers in reserve,
/// and else from the servers. While these send, the search for peers goes on.
public struct OriginDownload {
    /// A file that is complete, and the saved torrent by which it is seeded.
    public struct Result: Sendable {
        /// The absolute path of the file.
        public let path: FilePath
        /// The digest of the file. nil if only its torrent is known to match.
        public let digest: ContentDigest?
        /// The path of the saved torrent. nil for an empty file, which has none.
        public let torrent: FilePath?
        /// The torrent's v1 info-hash.
        public let infoHash: InfoHash?

        /// A complete file, whose torrent is saved in `store`.
        public init(_ file: SeedableFile, savedIn store: TorrentStore) throws(TorrentError) {
            path = file.path
            digest = file.digest
            torrent = try file.torrent.map { torrent throws(TorrentError) in try store.save(torrent)
            }
            infoHash = file.torrent?.summary.v1
        }

        fileprivate init(_ download: Download.Result, of parameters: TorrentParameters) {
            path = download.folder.appending(parameters.summary.name)
            digest = parameters.digest
            torrent = download.torrent
            infoHash = parameters.summary.v1
        }
    }

    private let source: WebSource
    private let folder: FilePath
    private let store: TorrentStore
    private let configuration: EngineConfiguration
    private var options: DownloadOptions
    private var content: SearchedContent
    private let say: (String) -> Void
    private let start = ContinuousClock.now

    /// Peers are waited for this long before a server is asked.
    private static let patience = Duration.seconds(3)
    /// Peers and servers of a torrent that send nothing for this long are given up for the servers alone.
    private static let swarmPatience = Duration.seconds(60)

    /// The file of `source`, to be put into `folder`. `torrent` is what is known about its torrent. `say` prints
    /// a line for the user.
    public init(
        _ source: WebSource, torrent: MagnetLink?, into folder: FilePath, store: TorrentStore,
        configuration: EngineConfiguration, options: DownloadOptions,
        say: @escaping (String) -> Void
    ) {
        self.source = source
        self.folder = folder
        self.store = store
        self.configuration = configuration
        self.options = options
        self.say = say
        // A server that wants to see secrets is asked by us, not as a web seed.
        if source.isPublic { self.options.reserveWebSeeds = source.urls }
        content = SearchedContent(digest: source.digest, link: torrent)
    }

    /// Returns when the file is in the folder and verified.
    public mutating func run() throws(TorrentError) -> Result {
        try store.checkWritable()
        let destination = try SaveFolder(preparing: folder)
        if let file = try SeedableFile(of: source, presentIn: destination.path, say: say) {
            return try Result(file, savedIn: store)
        }
        let cache = CachedTorrents(options, configuration, say: say)
        var found =
            cache?.torrent(of: source.digest, content.link) ?? torrentBesideFile()
            ?? torrentOfMetalink()
        // Before the first thread of a search, because a thread that does not block them would end the program.
        let interruption = try Interruption()
        while true {
            let search = found == nil ? try startSearch() : nil
            defer { search?.close() }
            if let search {
                try interruption.wait(for: search.ended, atMost: patience)
                found = search.foundMetadata
            }
            if let candidate = found {
                found = nil
                if let result = try download(candidate, into: destination.path) {
                    return result
                }
                continue
            }
            let download = try WebDownload(
                source, into: destination.path, configuration: configuration, search: search,
                start: start, interruption: interruption)
            switch try download.run() {
            case .file(let file):
                if let digest = source.digest { Quarantine.clear(of: digest, in: destination.path) }
                let result = try Result(file, savedIn: store)
                if let torrent = file.torrent { cache?.add(torrent, from: destination) }
                return result
            case .swarm(let candidate): found = candidate
            }
        }
    }
}

// MARK: The search

extension OriginDownload {
    /// What is left of the time in which only peers are asked.
    private var patience: Duration {
        let whole = min(Self.patience, configuration.timeout ?? Self.patience)
        return max(.zero, whole - (.now - start))
    }

    /// The torrent that lies beside the file on the server, if the URI names its info-hash.
    private func torrentBesideFile() -> FoundMetadata? {
        guard var link = content.link, source.isPublic, let url = source.urls.first,
            let beside = try? RemoteURL("\(url.text).torrent")
        else { return nil }
        link.exactSources = [beside]
        let uri = TorrentURI.magnet(link)
        let known = try? uri.parameters(
            configuration.remaining(since: start), store: store, say: { _ in })
        guard let known, known.summary.contents != nil else { return nil }
        return FoundMetadata(parameters: known, peers: [])
    }

    /// The first usable torrent that a Metalink document names. The file's digest is verified later.
    private func torrentOfMetalink() -> FoundMetadata? {
        guard source.digest != nil else { return nil }
        return source.torrents.lazy.prefix(3).compactMap { url in
            let uri = TorrentURI.url(url)
            return try? uri.parameters(
                configuration.remaining(since: start), store: store, say: { _ in })
        }.map { FoundMetadata(parameters: $0, peers: []) }.first(where: source.fits)
    }

    /// nil if nothing is known by which peers could be found.
    private func startSearch() throws(TorrentError) -> MetadataSearch? {
        guard content.digest != nil || content.link != nil, configuration.findsPeers else {
            return nil
        }
        return try MetadataSearch(for: content, configuration: configuration, limit: nil)
    }

    /// Does not use this torrent again. If it is a lie, the peers that named it are banned.
    private mutating func refuse(_ candidate: FoundMetadata, isLie: Bool) {
        content.refused.append(candidate.parameters)
        if isLie { content.banned.formUnion(candidate.peers) }
        // An info-hash in the URI names no other torrent.
        if candidate.parameters.summary.v1 == content.link?.v1 { content.link = nil }
    }
}

// MARK: The swarm

extension OriginDownload {
    /// nil if the torrent is of no use.
    private mutating func download(
        _ candidate: FoundMetadata, into destination: FilePath
    ) throws(TorrentError) -> Result? {
        let parameters = candidate.parameters
        guard source.fits(candidate) else {
            refuse(candidate, isLie: false)
            return nil
        }
        parameters.digest = source.digest
        let partial = try PartialFile(in: destination, key: source.key)
        try partial.handOver(to: candidate, of: source, in: destination)
        let settings = configuration.remaining(since: start, stallAtMost: Self.swarmPatience)
        do throws(TorrentError) {
            let result = try Download(
                .get, parameters, into: destination, store: store, configuration: settings,
                options: options, peers: candidate.peers
            ).run()
            return Result(result, of: parameters)
        } catch {
            switch error {
            case .otherContent, .invalid:
                let what =
                    candidate.peers.isEmpty
                    ? "the torrent of this URI is wrong"
                    : "a peer has named a wrong torrent, and is banned"
                say("\(what): \(error)")
                refuse(candidate, isLie: true)
            case .timedOut where !configuration.isOver(since: start):
                say("the peers send nothing: going on with the web server alone")
                refuse(candidate, isLie: false)
            default: throw error
            }
            return nil
        }
    }
}

extension MetadataSearch {
    /// What was found. nil before the end of the search and if that was nothing.
    var foundMetadata: FoundMetadata? {
        if case .found(let found) = outcome { found } else { nil }
    }
}

extension EngineConfiguration {
    /// True if there is any way to find peers.
    var findsPeers: Bool {
        dht != .off || localDiscovery || !trackers.isEmpty || !peers.isEmpty
    }
}
