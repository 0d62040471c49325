import Glibc
import LinuxSystem
import SystemPackage

/// A torrent's entry in a cache: its data in a folder named after the info-hash,
/// and its metadata next to that folder. Only one process uses an entry at a time.
struct CacheEntry {
    /// The torrent's info-hash.
    let key: InfoHash
    /// The absolute path of the data folder.
    let folder: FilePath
    /// Why nothing can be added to the entry. nil if it is writable.
    let obstacle: Errno?
    private let metadata: FilePath
    /// Held while the entry is in use. nil if there is nothing to protect.
    private let lock: CacheLock?

    /// If `waits`, waits while another process uses the entry, because its download can then be reused. Otherwise that
    /// is an obstacle. Throws if the cache does not exist and cannot be created.
    init(
        in cache: FilePath, key: InfoHash, waits: Bool = true, say: (String) -> Void
    ) throws(Errno) {
        var obstacle: Errno?
        var lock: CacheLock?
        do throws(Errno) {
            lock = try Self.open(key, in: cache, waits: waits, say: say)
        } catch {
            obstacle = error
        }
        do throws(Errno) {
            folder = try cache.resolved().appending("\(key)")
        } catch {
            throw obstacle ?? error
        }
        // A link would put the data in an unexpected place.
        guard FileStatus(withoutFollowing: folder)?.kind == .folder else {
            throw obstacle ?? .notDirectory
        }
        let name = folder.removingLastComponent().appending("\(key)").string
        metadata = FilePath(name + ".torrent")
        // Without metadata, the lock would be held until the metadata arrives.
        if lock == nil, FileStatus(withoutFollowing: metadata) != nil {
            lock = CacheLock(readingAt: FilePath(name + ".lock"))
        }
        self.key = key
        self.lock = lock
        self.obstacle = obstacle
        noteUse()
    }

    /// Locks the entry, then creates its folder. In this order, because other processes delete
    /// unused entries.
    private static func open(
        _ key: InfoHash, in cache: FilePath, waits: Bool, say: (String) -> Void
    ) throws(Errno) -> CacheLock {
        try Folder.make(cache)
        let path = cache.appending("\(key).lock")
        let lock: CacheLock
        if waits {
            lock = try CacheLock(waitingAt: path, say: say)
        } else if let free = CacheLock(unlessHeldAt: path, creating: true) {
            lock = free
        } else {
            throw .resourceBusy
        }
        try Folder.make(cache.appending("\(key)"))
        try Folder.checkWritable(cache.appending("\(key)"))
        return lock
    }

    /// Updates the folder's time, which records the last use of the entry.
    func noteUse() {
        guard obstacle == nil else { return }
        folder.withPlatformString { _ = utimes($0, nil) }
    }

    /// `parameters`, with metadata from the cache if they have none.
    func adding(to parameters: TorrentParameters) -> TorrentParameters {
        // Opening anything except a regular file could block.
        guard parameters.summary.contents == nil,
            FileStatus(withoutFollowing: metadata)?.kind == .file,
            let saved = try? TorrentParameters(contentsOf: metadata),
            let known = try? parameters.adding(metadataOf: saved)
        else { return parameters }
        return known
    }

    /// Saves the metadata for later downloads. If that fails, the cached data is still usable.
    func save(_ parameters: TorrentParameters) {
        guard obstacle == nil else { return }
        try? TorrentStore.write(parameters, to: metadata)
    }
}
