import LinuxSystem
import SystemPackage

/// One torrent in a cache, as a candidate for deletion.
struct CacheHolding: Equatable {
    /// The torrent's info-hash.
    let key: InfoHash
    /// The size in bytes.
    let size: Int64
    /// The time of the last use, in nanoseconds since 1970. 0 if the data is gone.
    let lastUse: Int64
    /// All names in the cache that belong to the torrent, except its lock.
    let names: [FilePath]
}

extension CacheHolding {
    /// All torrents in `cache`, in no particular order. Ignores other files: only we create a lock
    /// next to a folder.
    static func all(in cache: FolderTree) -> [CacheHolding] {
        names(in: cache).compactMap { CacheHolding($0, $1, in: cache) }
    }

    /// One torrent in `cache`. nil if the cache does not contain it.
    init?(of key: InfoHash, in cache: FolderTree) {
        guard let names = Self.names(in: cache)[key] else { return nil }
        self.init(key, names, in: cache)
    }

    private static func names(in cache: FolderTree) -> [InfoHash: [OwnName]] {
        Dictionary(grouping: cache.names().compactMap(OwnName.init), by: \.key)
            .filter { $1.contains(where: \.isLock) }
    }

    /// nil if an entry is not of the expected type.
    private init?(_ key: InfoHash, _ names: [OwnName], in cache: FolderTree) {
        let folder = FilePath("\(key)")
        var size: Int64 = 0
        var lastUse: Int64 = 0
        var isOurs = true
        cache.visit(only: names.map(\.path)) { file in
            size += file.status.held
            guard file.path.components.count == 1 else { return }
            if file.path == folder { lastUse = file.status.written }
            isOurs = isOurs && file.status.kind == (file.path == folder ? .folder : .file)
        }
        guard isOurs else { return nil }
        self.init(
            key: key, size: size, lastUse: lastUse,
            names: names.filter { !$0.isLock }.map(\.path))
    }

    /// The order of deletion: first torrents larger than `limit`, which could not stay in any case,
    /// then the least recently used.
    static func dropOrder(_ holdings: [CacheHolding], limit: Int64) -> [CacheHolding] {
        holdings.sorted { one, two in
            let (isFirst, isSecond) = (one.size > limit, two.size > limit)
            if isFirst != isSecond { return isFirst }
            return (one.lastUse, "\(one.key)") < (two.lastUse, "\(two.key)")
        }
    }
}

/// A name of a cache entry: `INFOHASH`, `INFOHASH.torrent`, `INFOHASH.lock`, or
/// `.INFOHASH.torrent.PID`, which an interrupted write leaves behind.
struct OwnName {
    let path: FilePath
    let key: InfoHash
    let isLock: Bool
    /// `INFOHASH.torrent`.
    let isMetadata: Bool

    init?(_ path: FilePath) {
        guard let text = String(validating: path) else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let hash: Substring
        switch parts.count {
        case 1: hash = parts[0]
        case 2 where parts[1] == "torrent" || parts[1] == "lock": hash = parts[0]
        case 4
        where parts[0].isEmpty && parts[2] == "torrent"
            && WholeNumber.parse(parts[3], within: 1...UInt32.max) != nil:
            hash = parts[1]
        default: return nil
        }
        guard let key = InfoHash(description: hash) else { return nil }
        self.path = path
        self.key = key
        isLock = parts.last == "lock"
        isMetadata = parts.count == 2 && !isLock
    }
}
