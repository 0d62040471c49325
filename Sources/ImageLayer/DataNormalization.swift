import LinuxSystem
import SystemPackage

/// Normalizes the attributes of downloaded data, so that image layers are reproducible.
public struct DataNormalization: Sendable {
    /// The modification time of everything new or changed.
    public let time: LayerTime
    /// nil for the user that runs the download.
    public let owner: OwnerName?
    /// nil for 0644, and 0755 for folders and programs.
    public let mode: Permissions?

    /// The values of SOURCE_DATE_EPOCH, `--chown` and `--chmod`.
    public init(time: LayerTime, owner: OwnerName? = nil, mode: Permissions? = nil) {
        self.time = time
        self.owner = owner
        self.mode = mode
    }

    /// The state of DEST before a download, and the manifest for backends.
    public struct Watch: Sendable {
        fileprivate let before: TreeSnapshot
        /// The files listed by backends. nil if files in memory are not supported.
        public let manifest: Manifest?
        fileprivate let owner: FileOwner?
    }

    /// The owner for files. Throws if it is unknown, or this process may not change the owner to it.
    @discardableResult
    public func fileOwner() throws(LayerError) -> FileOwner? {
        let fileOwner = try owner?.owner()
        if let fileOwner { try owner?.checkPermitted(fileOwner) }
        return fileOwner
    }

    /// Call this before the download, which lists files in `manifest`. `made` contains DEST and its parent folders, as far
    /// as this process just created them. Throws as `fileOwner` does.
    public func watch(
        _ destination: FilePath, made: [FilePath] = [], manifest: Manifest? = Manifest()
    ) throws(LayerError) -> Watch {
        Watch(
            before: TreeSnapshot(of: destination, made: made), manifest: manifest,
            owner: try fileOwner())
    }

    /// Normalizes the downloaded data. The manifest is used only if a single backend succeeded,
    /// because only then is it complete. Returns the errors that are not fatal.
    public func finish(_ watch: Watch, isOfOneBackend: Bool) throws(LayerError) -> [LayerError] {
        let normalizer = AttributeNormalizer(time: time, owner: watch.owner, mode: mode)
        let fault = try normalizer.apply(
            since: watch.before, manifest: isOfOneBackend ? watch.manifest : nil)
        return fault.map { [$0] } ?? []
    }
}
