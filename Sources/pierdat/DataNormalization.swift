import ImageLayer
import LinuxSystem
import SystemPackage

/// Normalizes the attributes of downloaded data, so that image layers are reproducible.
struct DataNormalization {
    let time: LayerTime
    /// nil for the user that runs the download.
    var owner: OwnerName?
    /// nil for 0644, and 0755 for folders and programs.
    var mode: Permissions?

    /// The state of DEST before a download, and the manifest for backends.
    struct Watch {
        fileprivate let before: TreeSnapshot
        /// The files listed by backends. nil if files in memory are not supported.
        let manifest: Manifest?
        fileprivate let owner: FileOwner?
    }

    /// Call this before the download. Throws if the owner is unknown, or this process may not
    /// change the owner to it.
    func watch(_ destination: FilePath) throws(LayerError) -> Watch {
        let fileOwner = try owner?.owner()
        if let fileOwner { try owner?.checkPermitted(fileOwner) }
        return Watch(
            before: TreeSnapshot(of: destination), manifest: Manifest(), owner: fileOwner)
    }

    /// Normalizes the downloaded data. The manifest is used only if a single backend succeeded,
    /// because only then is it complete.
    func finish(_ watch: Watch, isOfOneBackend: Bool) throws(LayerError) {
        let normalizer = AttributeNormalizer(time: time, owner: watch.owner, mode: mode)
        let fault = try normalizer.apply(
            since: watch.before, manifest: isOfOneBackend ? watch.manifest : nil)
        if let fault { StandardError.say("warning: \(fault)") }
        if let mode, !mode.isReadableByAll {
            StandardError.say(
                """
                warning: with --chmod \(mode) not every user can read the data: to seed it, pierdatd \
                has to run as root or as \(owner.map { "'\($0)'" } ?? "the user that has got it")
                """)
        }
    }
}
