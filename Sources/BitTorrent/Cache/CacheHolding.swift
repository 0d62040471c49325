import LinuxSystem
import SystemPackage

/// What a cache holds of one torrent, for whoever wants to know what can be dropped.
struct CacheHolding: Equatable {
    /// The torrent.
    let key: InfoHash
    /// In bytes.
    let size: Int64
    /// In nanoseconds since 1970. Of what no data is left any more: 0.
    let lastUse: Int64
    /// All names in the cache that belong to it, but its lock's.
    let names: [FilePath]
}

extension CacheHolding {
    /// All that `cache` holds of torrents, in no order. What else lies there is left out: nobody but us
    /// makes a lock beside a folder.
    static func all(in cache: FolderTree) -> [CacheHolding] {
        names(in: cache).compactMap { CacheHolding($0, $1, in: cache) }
    }

    /// What it holds of one of them; nil where that is nothing.
    init?(of key: InfoHash, in cache: FolderTree) {
        guard let names = Self.names(in: cache)[key] else { return nil }
        self.init(key, names, in: cache)
    }

    private static func names(in cache: FolderTree) -> [InfoHash: [OwnName]] {
        Dictionary(grouping: cache.names().compactMap(OwnName.init), by: \.key)
            .filter { $1.contains(where: \.isLock) }
    }

    /// nil where something has one of the names that is not of the kind that we make.
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

    /// In the order in which they are dropped: what is larger than `limit`, and would have to go in the
    /// end whatever else does; then what was used least recently.
    static func dropOrder(_ holdings: [CacheHolding], limit: Int64) -> [CacheHolding] {
        holdings.sorted { one, two in
            let (isFirst, isSecond) = (one.size > limit, two.size > limit)
            if isFirst != isSecond { return isFirst }
            return (one.lastUse, "\(one.key)") < (two.lastUse, "\(two.key)")
        }
    }
}

/// A name that an entry of ours has in a cache: `INFOHASH`, `INFOHASH.torrent`, `INFOHASH.lock`, or
/// `.INFOHASH.torrent.PID`, which a kill has left half written.
struct OwnName {
    let path: FilePath
    let key: InfoHash
    let isLock: Bool

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
    }
}
