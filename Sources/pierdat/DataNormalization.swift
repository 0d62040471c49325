import ImageLayer
import LinuxSystem
import SystemPackage

/// The data of a get as it is to lie in an image.
struct DataNormalization {
    let time: LayerTime
    /// nil: whoever runs the get owns it.
    var owner: OwnerName?
    /// nil: 0644, and 0755 for folders and programs.
    var mode: Permissions?

    /// What is below a get's DEST, and what backends tell of it.
    struct Watch {
        fileprivate let before: TreeSnapshot
        /// Where backends tell what has come; nil where they cannot.
        let manifest: Manifest?
        fileprivate let owner: FileOwner?
    }

    /// To be called before anything comes. Throws where the owner is unknown, or this process may not
    /// give anything to it.
    func watch(_ destination: FilePath) throws(LayerError) -> Watch {
        let fileOwner = try owner?.owner()
        if let fileOwner { try owner?.checkPermitted(fileOwner) }
        return Watch(
            before: TreeSnapshot(of: destination), manifest: Manifest(), owner: fileOwner)
    }

    /// Goes over what has come. One backend alone has told of all there is, if of anything.
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
