import Glibc
import LinuxSystem
import SystemPackage

/// What a cache (`PIERDAT_CACHE`) holds of one torrent: its data in a folder called by the info-hash, and
/// its metadata beside that. One process at a time uses it.
struct CacheEntry {
    /// The torrent.
    let key: InfoHash
    /// Where the data lies; absolute.
    let folder: FilePath
    /// Why nothing can be added to it; nil where it can.
    let obstacle: Errno?
    private let metadata: FilePath
    /// Held as long as this is in use; nil where there is nothing to be protected.
    private let lock: CacheLock?

    /// Waits as long as another process uses the entry: what that fetches need not be fetched again.
    /// Throws where there is no such cache and none can be made.
    init(in cache: FilePath, key: InfoHash, say: (String) -> Void) throws(Errno) {
        var obstacle: Errno?
        var lock: CacheLock?
        do throws(Errno) {
            lock = try Self.open(key, in: cache, say: say)
        } catch {
            obstacle = error
        }
        do throws(Errno) {
            folder = try cache.resolved().appending("\(key)")
        } catch {
            throw obstacle ?? error
        }
        // A link would have the data lie elsewhere, where nobody has asked for it.
        guard FileStatus(withoutFollowing: folder)?.kind == .folder else {
            throw obstacle ?? .notDirectory
        }
        let name = folder.removingLastComponent().appending("\(key)").string
        metadata = FilePath(name + ".torrent")
        // Without metadata it would be held for as long as that takes to come.
        if lock == nil, FileStatus(withoutFollowing: metadata) != nil {
            lock = CacheLock(readingAt: FilePath(name + ".lock"))
        }
        self.key = key
        self.lock = lock
        self.obstacle = obstacle
        noteUse()
    }

    /// Locks the entry and makes sure that it is there; in this order, as others drop what nobody uses.
    private static func open(
        _ key: InfoHash, in cache: FilePath, say: (String) -> Void
    ) throws(Errno) -> CacheLock {
        try Folder.make(cache)
        let lock = try CacheLock(waitingAt: cache.appending("\(key).lock"), say: say)
        try Folder.make(cache.appending("\(key)"))
        try Folder.checkWritable(cache.appending("\(key)"))
        return lock
    }

    /// By the folder's time whoever clears the cache sees when it was of use.
    func noteUse() {
        guard obstacle == nil else { return }
        folder.withPlatformString { _ = utimes($0, nil) }
    }

    /// `parameters` with the metadata that the cache has, where they lack it.
    func adding(to parameters: TorrentParameters) -> TorrentParameters {
        // To open anything but a file may take for ever.
        guard parameters.summary.contents == nil,
            FileStatus(withoutFollowing: metadata)?.kind == .file,
            let saved = try? TorrentParameters(contentsOf: metadata),
            let known = try? parameters.adding(metadataOf: saved)
        else { return parameters }
        return known
    }

    /// Keeps the metadata for the next time. Without it the data is of use all the same.
    func save(_ parameters: TorrentParameters) {
        guard obstacle == nil else { return }
        try? TorrentStore.write(parameters, to: metadata)
    }
}
