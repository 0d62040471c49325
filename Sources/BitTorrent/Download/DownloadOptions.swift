import SystemPackage

/// Which files to download, and the cache to use.
public struct DownloadOptions: Equatable, Sendable {
    /// The selected files. nil for all.
    public var selection: FileSelection?
    /// The folder that keeps data for later downloads. nil for none.
    public var cache: FilePath?
    /// The maximum size of the cache. nil for no limit.
    public var cacheLimit: ByteCount?
    /// Web servers with the data (BEP 19) that are asked only if the peers do not give enough.
    public var reserveWebSeeds: [RemoteURL] = []

    /// All files, and no cache.
    public init() {}
}
