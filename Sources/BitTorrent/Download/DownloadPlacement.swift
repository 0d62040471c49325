import SystemPackage

/// Where a download puts what comes: into DEST, or into a cache that DEST is then filled from.
struct DownloadPlacement {
    private let destination: SaveFolder
    private let state: FilePath
    /// nil: DEST.
    private(set) var cache: CacheEntry?
    /// The cache as a whole; nil where there is none.
    private var cacheFolder: CacheFolder?

    /// Where the data goes.
    var folder: FilePath { cache?.folder ?? destination.path }
    /// Where that of unwanted files goes which pieces of wanted ones need.
    var partFolder: FilePath { cache?.folder ?? state }

    /// Works in `destination`, whose torrents are saved in `state`.
    init(_ destination: SaveFolder, state: FilePath) {
        self.destination = destination
        self.state = state
    }

    /// Works in the cache `folder`, or where that is impossible goes on without.
    mutating func use(
        cache folder: CacheFolder, of summary: TorrentSummary, say: (String) -> Void
    ) {
        guard let key = summary.key else { return }
        do throws(Errno) {
            cache = try CacheEntry(in: folder.path, key: key, say: say)
            cacheFolder = folder
        } catch {
            say("warning: the cache \(folder.path) cannot be used: \(error). Going on without it")
        }
    }

    /// Decides, now that the files are known, whether the cache is of use, and makes sure that there is
    /// room. Returns whether it was left.
    mutating func settle(
        for parameters: TorrentParameters, say: (String) -> Void
    ) throws(TorrentError) -> Bool {
        let wanted = parameters.wantedFiles
        guard let cache else {
            try destination.checkSpace(for: wanted)
            return false
        }
        if destination.holds(wanted) {
            self.cache = nil
        } else if let reason = reasonToLeave(cache, for: wanted, say: say) {
            say("warning: \(reason)")
            try leave(with: parameters, say: say)
        } else {
            try destination.checkSpace(for: wanted)
            return false
        }
        return true
    }

    /// Makes sure that DEST has room for the `missing` bytes, unless they go into the cache.
    func checkSpace(for parameters: TorrentParameters, missing: Int64) throws(TorrentError) {
        guard cache == nil else { return }
        try destination.checkSpace(for: parameters.wantedFiles, missing: missing)
    }

    private func reasonToLeave(
        _ cache: CacheEntry, for wanted: [TorrentFile], say: (String) -> Void
    ) -> String? {
        if let obstacle = cache.obstacle {
            return """
                the cache cannot be written (\(cache.folder): \(obstacle)): what it holds is used, and \
                nothing is added to it
                """
        }
        let needed = SaveFolder(at: cache.folder).needed(for: wanted)
        if let size = cacheFolder?.makeRoom(for: cache.key, needing: needed, say: say) {
            return """
                of this data the cache would hold \(size), more than PIERDAT_CACHE_LIMIT allows: \
                going on without it
                """
        }
        guard let shortage = shortage(of: cache, for: wanted, say: say) else { return nil }
        return """
            the cache has no room for the data (\(cache.folder): \(shortage)): going on without \
            it\(hint(beside: cache))
            """
    }

    /// What is missing on the disk of the cache, also when others' data has gone for it.
    private func shortage(
        of cache: CacheEntry, for wanted: [TorrentFile], say: (String) -> Void
    ) -> SpaceShortage? {
        let cached = SaveFolder(at: cache.folder)
        func now() -> SpaceShortage? {
            var needed = cached.needed(for: wanted)
            if cached.sharesSpace(with: destination) { needed += destination.needed(for: wanted) }
            return cached.shortage(needed)
        }
        guard let shortage = now() else { return nil }
        cacheFolder?.freeDisk(of: shortage.lacking, for: cache.key, say: say)
        return now()
    }

    /// What the user can do about a full disk that others' data is on.
    private func hint(beside cache: CacheEntry) -> String {
        guard let cacheFolder, cacheFolder.limit == nil else { return "" }
        let others = cacheFolder.size(without: cache.key)
        guard others > 0 else { return "" }
        return """
            . It holds \(ByteCount(others)) of other data: with PIERDAT_CACHE_LIMIT set, what was used \
            least recently is dropped
            """
    }

    /// Goes on in DEST with what the cache holds.
    mutating func leave(
        with parameters: TorrentParameters, say: (String) -> Void
    ) throws(TorrentError) {
        let wanted = parameters.wantedFiles
        if let cache, let shortage = destination.shortage(destination.needed(for: wanted)),
            SaveFolder(at: cache.folder).sharesSpace(with: destination)
        {
            cacheFolder?.freeDisk(of: shortage.lacking, for: cache.key, say: say)
        }
        try destination.checkSpace(for: wanted)
        _ = try fill(with: parameters, say: say)
        forgetCache()
    }

    /// In the end: makes the cache keep to its limit. This data may be what has to go.
    mutating func tidyCache(say: (String) -> Void) {
        forgetCache()
        cacheFolder?.tidy(say: say)
    }

    /// From now on DEST is worked in.
    mutating func forgetCache() {
        cache = nil
    }

    /// Copies what the cache holds of the wanted files to DEST. Returns whether that is all of them.
    func fill(with parameters: TorrentParameters, say: (String) -> Void) throws(TorrentError)
        -> Bool
    {
        guard let cache else { return true }
        let copied = try parameters.copyFiles(
            from: cache.folder, to: destination.path, partFolder: state)
        cache.noteUse()
        if copied.cloned > 0 {
            say("\(ByteCount(copied.cloned)) come from the cache, which shares them with DEST")
        }
        if copied.copied > 0 {
            say("\(ByteCount(copied.copied)) come from the cache, copied")
        }
        return copied.isComplete
    }
}
