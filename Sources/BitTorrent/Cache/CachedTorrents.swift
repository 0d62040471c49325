import Digest
import LinuxSystem
import SystemPackage

/// The torrents in a cache, for downloads from origins, whose torrent is known only when their data has arrived.
package struct CachedTorrents {
    private let folder: CacheFolder
    private let say: (String) -> Void

    /// nil if `options` name no cache. `say` prints a line for the user.
    package init?(
        _ options: DownloadOptions, _ configuration: EngineConfiguration,
        say: @escaping (String) -> Void
    ) {
        guard let cache = options.cache else { return nil }
        folder = CacheFolder(
            path: cache, limit: options.cacheLimit, names: configuration.names,
            meter: configuration.meter)
        self.say = say
    }

    /// The torrent that `link` or `digest` identifies, if all its files are in the cache, whatever they contain.
    package func torrent(
        of digest: ContentDigest?, _ link: MagnetLink?
    ) -> FoundMetadata? {
        let tree = FolderTree(folder.path)
        let torrents = tree.names().lazy.compactMap(OwnName.init).filter(\.isMetadata)
        let found = torrents.compactMap { name -> TorrentParameters? in
            guard link.map({ $0.names(name.key) }) ?? (digest != nil) else { return nil }
            let path = folder.path.pushing(name.path)
            // Opening anything except a regular file could block.
            guard FileStatus(withoutFollowing: path)?.kind == .file else { return nil }
            return try? TorrentParameters(savedAt: path)
        }
        return found.first { (link != nil || $0.digest == digest) && holds($0) }
            .map { FoundMetadata(parameters: $0, peers: []) }
    }

    private func holds(_ torrent: TorrentParameters) -> Bool {
        guard let key = torrent.summary.key else { return false }
        return SaveFolder(at: folder.path.appending("\(key)")).holds(torrent.wantedFiles)
    }

    /// Copies the complete data of a torrent from `source` to the cache. Does nothing if another process uses the
    /// entry, and warns if the cache cannot be used.
    package func add(_ torrent: TorrentParameters, from source: SaveFolder) {
        var placement = DownloadPlacement(source, state: source.path)
        placement.use(cache: folder, of: torrent.summary, waits: false, say: say)
        placement.keep(torrent, say: say)
        placement.tidyCache(say: say)
        placement.noteCacheSize()
    }
}

extension MagnetLink {
    /// True if `key` is the name of the link's torrent in a cache.
    fileprivate func names(_ key: InfoHash) -> Bool { key == v1 || key == v2 }
}
