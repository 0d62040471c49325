import SystemPackage

/// What is to be got of a torrent, and how it is to lie there, as the environment tells it.
public struct DownloadOptions: Equatable, Sendable {
    /// `PIERDAT_SELECT`, or else what the URI says: the part of the torrent that is wanted; nil: all.
    public var selection: FileSelection?
    /// `PIERDAT_CACHE`: the folder that keeps data for later gets; nil: none does.
    public var cache: FilePath?
    /// `PIERDAT_CACHE_LIMIT`: how much the cache may hold; nil: any amount.
    public var cacheLimit: ByteCount?

    public init() {}

    /// Reads the variables named above; what is not set keeps its default.
    public init(environment: [String: String]) throws(TorrentError) {
        let settings = Settings(environment)
        selection = try settings.value(
            "PIERDAT_SELECT", "names or patterns of files, one a line", FileSelection.init)
        cache = try settings.value("PIERDAT_CACHE", "a folder") { FilePath($0) }
        let limit = try settings.value(
            "PIERDAT_CACHE_LIMIT", "bytes, as 500M or 20G; 0: no limit", Settings.size)
        if let limit { cacheLimit = limit }
    }
}
