import SystemPackage

/// Where a download puts what comes: into DEST, or into a cache that DEST is then filled from.
struct Workplace {
    private let destination: DataFolder
    private let state: FilePath
    /// nil: DEST.
    private(set) var cache: CacheEntry?

    /// Where the data goes.
    var folder: FilePath { cache?.folder ?? destination.path }
    /// Where that of unwanted files goes which pieces of wanted ones need.
    var partFolder: FilePath { cache?.folder ?? state }

    /// Works in `destination`, whose torrents are saved in `state`.
    init(_ destination: DataFolder, state: FilePath) {
        self.destination = destination
        self.state = state
    }

    /// Works in the cache at `root`, or where that is impossible goes on without.
    mutating func use(
        cache root: FilePath, of identity: TorrentIdentity, say: (String) -> Void
    ) {
        guard let key = identity.key else { return }
        do throws(Errno) {
            cache = try CacheEntry(in: root, key: key, say: say)
        } catch {
            say("warning: the cache \(root) cannot be used: \(error). Going on without it")
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
        } else if let reason = reasonToLeave(cache, for: wanted) {
            say("warning: \(reason)")
            try leave(with: parameters, say: say)
        } else {
            try destination.checkSpace(for: wanted)
            return false
        }
        return true
    }

    private func reasonToLeave(_ cache: CacheEntry, for wanted: [TorrentFile]) -> String? {
        if let obstacle = cache.obstacle {
            return """
                the cache cannot be written (\(cache.folder): \(obstacle)): what it holds is used, and \
                nothing is added to it
                """
        }
        let cached = DataFolder(at: cache.folder)
        var needed = cached.needed(for: wanted)
        if cached.sharesSpace(with: destination) { needed += destination.needed(for: wanted) }
        guard needed > 0, let available = cached.available, needed > available else { return nil }
        return """
            the cache has no room for the data (\(cache.folder): \(ByteCount(needed)) are needed and \
            \(ByteCount(available)) are free): going on without it
            """
    }

    /// Goes on in DEST with what the cache holds.
    mutating func leave(
        with parameters: TorrentParameters, say: (String) -> Void
    ) throws(TorrentError) {
        try destination.checkSpace(for: parameters.wantedFiles)
        _ = try fill(with: parameters, say: say)
        forgetCache()
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
        if copied.cloned > 0 {
            say("\(ByteCount(copied.cloned)) come from the cache, which shares them with DEST")
        }
        if copied.copied > 0 {
            say("\(ByteCount(copied.copied)) come from the cache, copied")
        }
        return copied.isComplete
    }
}
