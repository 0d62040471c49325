import SystemPackage

/// What is to be got of a torrent, and how it is to lie there.
public struct DownloadOptions: Equatable, Sendable {
    /// The part of the torrent that is wanted; nil: all.
    public var selection: FileSelection?
    /// The folder that keeps data for later gets; nil: none does.
    public var cache: FilePath?
    /// How much the cache may hold; nil: any amount.
    public var cacheLimit: ByteCount?

    /// All files, and no cache.
    public init() {}
}
