import LinuxSystem
import SystemPackage

/// Decides where a download stores its data: in DEST, or in a cache from which DEST is filled.
struct DownloadPlacement {
    private let destination: SaveFolder
    private let state: FilePath
    /// nil if the data goes to DEST.
    private(set) var cache: CacheEntry?
    /// The whole cache. nil if there is none.
    private var cacheFolder: CacheFolder?

    /// The folder for the data.
    var folder: FilePath { cache?.folder ?? destination.path }
    /// The folder for the parts of unwanted files that pieces of wanted files need.
    var partFolder: FilePath { cache?.folder ?? state }

    /// Downloads to `destination`. `state` is the folder for saved torrents.
    init(_ destination: SaveFolder, state: FilePath) {
        self.destination = destination
        self.state = state
    }

    /// Downloads to the cache `folder`. If that is impossible, warns and continues without it. `waits` is as in
    /// ``CacheEntry``.
    mutating func use(
        cache folder: CacheFolder, of summary: TorrentSummary, waits: Bool = true,
        say: (String) -> Void
    ) {
        guard let key = summary.key else { return }
        do throws(Errno) {
            cache = try CacheEntry(in: folder.path, key: key, waits: waits, say: say)
            cacheFolder = folder
        } catch {
            folder.meter?.count(cache: .bypassed)
            say("warning: the cache \(folder.path) cannot be used: \(error). Continuing without it")
        }
    }

    /// Called when the files are known. Decides if the cache is used and checks for space. Returns
    /// true if the cache was given up.
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

    /// Checks that DEST has space for `missing` bytes, unless they go to the cache.
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
        if let cacheFolder,
            let size = cacheFolder.makeRoom(for: cache.key, needing: needed, say: say)
        {
            return """
                this data would take \(size) of the cache, more than \(cacheFolder.names[.cacheLimit]) allows: \
                continuing without the cache
                """
        }
        guard let shortage = shortage(of: cache, for: wanted, say: say) else { return nil }
        return """
            the cache has no room for the data (\(cache.folder): \(shortage)): continuing without \
            it\(hint(beside: cache))
            """
    }

    /// The space that the cache's disk lacks, after other torrents were deleted if possible.
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

    /// What the user can do about a disk that is full of other torrents.
    private func hint(beside cache: CacheEntry) -> String {
        guard let cacheFolder, cacheFolder.limit == nil else { return "" }
        let others = cacheFolder.size(without: cache.key)
        guard others > 0 else { return "" }
        return """
            . It contains \(ByteCount(others)) of other data: set \(cacheFolder.names[.cacheLimit]) to delete what was \
            used least recently
            """
    }

    /// Continues in DEST with the data from the cache.
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
        cacheFolder?.meter?.count(cache: .bypassed)
        forgetCache()
    }

    /// Copies complete data from DEST to the cache, as far as it is not there. Warns if that is impossible.
    func keep(_ parameters: TorrentParameters, say: (String) -> Void) {
        guard let cache, cache.obstacle != .resourceBusy else { return }
        if let reason = reasonToLeave(cache, for: parameters.wantedFiles, say: say) {
            return say("warning: \(reason)")
        }
        // First, because nothing finds data without metadata.
        cache.save(parameters)
        do throws(TorrentError) {
            _ = try parameters.copyFiles(
                from: destination.path, to: cache.folder, partFolder: cache.folder)
        } catch {
            say("warning: the data is not in the cache for the next download: \(error)")
        }
        cache.noteUse()
    }

    /// Enforces the limit of the cache after a download. May delete this data, too.
    mutating func tidyCache(say: (String) -> Void) {
        forgetCache()
        cacheFolder?.tidy(say: say)
    }

    /// Reports the size of everything in the cache, if there is one.
    func noteCacheSize() {
        guard let cacheFolder, let meter = cacheFolder.meter else { return }
        meter.note(cache: cacheFolder.size(without: nil), limit: cacheFolder.limit?.bytes)
        meter.report(isLast: true)
    }

    /// Deletes a single file from the cache.
    func discardCached(_ parameters: TorrentParameters) {
        guard let cacheFolder, let key = parameters.summary.key else { return }
        FolderTree(cacheFolder.path.appending("\(key)")).visit { file in
            if file.status.kind == .file { try? file.remove() }
        }
    }

    /// Downloads to DEST from now on.
    mutating func forgetCache() {
        cache = nil
    }

    /// Copies the wanted files from the cache to DEST. Returns true if all of them were complete.
    func fill(with parameters: TorrentParameters, say: (String) -> Void) throws(TorrentError)
        -> Bool
    {
        guard let cache else { return true }
        let copied = try parameters.copyFiles(
            from: cache.folder, to: destination.path, partFolder: state)
        cache.noteUse()
        if copied.cloned > 0 {
            say("\(ByteCount(copied.cloned)) copied from the cache by reflink, which uses no space")
        }
        if copied.copied > 0 {
            say("\(ByteCount(copied.copied)) copied from the cache")
        }
        return copied.isComplete
    }
}
