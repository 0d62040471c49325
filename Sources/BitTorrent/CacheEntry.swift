import Glibc
import LinuxSystem
import SystemPackage

/// What a cache (`PIERDAT_CACHE`) holds of one torrent: its data in a folder called by the info-hash, and
/// its metadata beside that. One process at a time uses it.
struct CacheEntry {
    /// Where the data lies; absolute.
    let folder: FilePath
    /// Why nothing can be added to it; nil where it can.
    let obstacle: Errno?
    private let metadata: FilePath
    /// Held as long as this is in use (flock(2)); nil where nothing can be added.
    private let lock: OwnedDescriptor?

    /// Waits as long as another process uses the entry: what that fetches need not be fetched again.
    /// Throws where there is no such cache and none can be made.
    init(in cache: FilePath, key: InfoHash, say: (String) -> Void) throws(Errno) {
        let name = "\(key)"
        var obstacle: Errno?
        do throws(Errno) {
            try Folder.make(cache.appending(name))
            try Folder.checkWritable(cache.appending(name))
        } catch {
            obstacle = error
        }
        do throws(Errno) {
            folder = try DataFolder.absolute(cache.appending(name))
        } catch {
            throw obstacle ?? error
        }
        metadata = folder.removingLastComponent().appending("\(name).torrent")
        lock = obstacle == nil ? try Self.lock(cache.appending("\(name).lock"), say: say) : nil
        self.obstacle = obstacle
        // By its time whoever clears the cache sees when it was of use.
        if lock != nil { folder.withPlatformString { _ = utimes($0, nil) } }
    }

    /// `parameters` with the metadata that the cache has, where they lack it.
    func adding(to parameters: TorrentParameters) -> TorrentParameters {
        guard parameters.identity.contents == nil,
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

    private static func lock(_ path: FilePath, say: (String) -> Void) throws(Errno)
        -> OwnedDescriptor
    {
        let file = try OwnedDescriptor(
            takingOver: path.withPlatformString { open($0, O_RDWR | O_CREAT | O_CLOEXEC, 0o644) })
        guard flock(file.rawValue, LOCK_EX | LOCK_NB) != 0 else { return file }
        if errno == EWOULDBLOCK {
            say("another process gets this data into the cache: waiting for it")
        }
        while flock(file.rawValue, LOCK_EX) != 0 {
            guard errno == EINTR else { throw Errno(rawValue: errno) }
        }
        return file
    }
}
