import LinuxSystem
import SystemPackage

/// A cache and its maximum size.
struct CacheFolder {
    /// The path as the user wrote it.
    let path: FilePath
    /// The maximum size. nil for no limit, and then nothing is ever deleted: it may be the last
    /// copy.
    let limit: ByteCount?
    /// What messages call the settings.
    var names = SettingNames()
    /// Counts what is deleted.
    var meter: DownloadMeter?

    private var tree: FolderTree { FolderTree(path) }

    /// The total size of all torrents except `key`.
    func size(without key: InfoHash?) -> Int64 {
        CacheHolding.all(in: tree).reduce(0) { $0 + ($1.key == key ? 0 : $1.size) }
    }

    /// Deletes the least recently used other torrents, so that `needed` more bytes of `key` fit. If
    /// `key` itself exceeds the limit, deletes nothing and returns its size in the cache.
    func makeRoom(
        for key: InfoHash, needing needed: Int64, say: (String) -> Void
    ) -> ByteCount? {
        guard let limit else { return nil }
        let holdings = CacheHolding.all(in: tree)
        let own = holdings.reduce(needed) { $0 + ($1.key == key ? $1.size : 0) }
        guard own <= limit.bytes else { return ByteCount(own) }
        let others = holdings.filter { $0.key != key }
        let total = others.reduce(own) { $0 + $1.size }
        let reason = "to make room for the data within \(names[.cacheLimit]) (\(limit))"
        drop(total - limit.bytes, of: others, limit, reason: reason, say: say)
        return nil
    }

    /// Deletes other torrents to free `lacking` bytes of disk space for `key`. Deletes nothing if
    /// that would not be enough.
    func freeDisk(of lacking: Int64, for key: InfoHash?, say: (String) -> Void) {
        guard let limit else { return }
        let others = CacheHolding.all(in: tree).filter { $0.key != key }
        guard others.reduce(0, { $0 + $1.size }) >= lacking else { return }
        drop(lacking, of: others, limit, reason: "because the disk is full", say: say)
    }

    /// Deletes the least recently used torrents until the cache is within its limit.
    func tidy(say: (String) -> Void) {
        guard let limit else { return }
        let holdings = CacheHolding.all(in: tree)
        let total = holdings.reduce(0) { $0 + $1.size }
        let reason = "to stay within \(names[.cacheLimit]) (\(limit))"
        drop(total - limit.bytes, of: holdings, limit, reason: reason, say: say)
    }

    /// Deletes at least `excess` bytes of `holdings`, as far as they are not in use.
    private func drop(
        _ excess: Int64, of holdings: [CacheHolding], _ limit: ByteCount, reason: String,
        say: (String) -> Void
    ) {
        var freed: Int64 = 0
        var dropped: [InfoHash] = []
        for holding in CacheHolding.dropOrder(holdings, limit: limit.bytes) where freed < excess {
            guard let bytes = drop(holding), bytes > 0 else { continue }
            freed += bytes
            dropped.append(holding.key)
        }
        guard !dropped.isEmpty else { return }
        meter?.count(evicted: freed)
        say(
            """
            deleted from the cache: \(ByteCount(freed)), \(reason): \
            \(Self.listed(dropped))
            """)
    }

    /// The first info-hashes, which users can find in their Dockerfiles.
    private static func listed(_ keys: [InfoHash]) -> String {
        let most = 3
        let more = keys.count > most ? " and \(keys.count - most) more" : ""
        return keys.prefix(most).map(\.description).joined(separator: ", ") + more
    }

    /// Deletes a torrent and returns the bytes freed. nil if another process uses it or has used it
    /// meanwhile.
    private func drop(_ holding: CacheHolding) -> Int64? {
        let name = "\(holding.key).lock"
        guard let lock = CacheLock(unlessHeldAt: path.appending(name)) else { return nil }
        return withExtendedLifetime(lock) {
            guard let current = CacheHolding(of: holding.key, in: tree),
                current.lastUse == holding.lastUse
            else { return nil }
            let (freed, isWhole) = remove(current.names)
            // A process that does not find the lock file creates a new one.
            if isWhole { _ = remove([FilePath(name)]) }
            return freed
        }
    }

    private func remove(_ names: [FilePath]) -> (freed: Int64, isWhole: Bool) {
        var freed: Int64 = 0
        var isWhole = true
        tree.visit(only: names) { file in
            do throws(Errno) {
                try file.remove()
                freed += file.status.held
            } catch {
                isWhole = false
            }
        }
        return (freed, isWhole)
    }
}
