import ImageLayer
import LinuxSystem
import SystemPackage

/// Normalizes the attributes of the seed list and the state folder, so that image layers are
/// reproducible.
struct StateNormalization {
    private let normalizer: AttributeNormalizer
    private let before: [TreeSnapshot]
    private let listFolder: FilePath

    /// Create it before anything is written.
    init(of installation: Installation, time: LayerTime) {
        normalizer = AttributeNormalizer(time: time)
        listFolder = installation.seedList.removingLastComponent()
        before = [installation.state, installation.seedList].map(TreeSnapshot.init)
    }

    /// Normalizes what was written.
    func finish() throws(LayerError) {
        for snapshot in before {
            if let fault = try normalizer.apply(since: snapshot) {
                StandardError.say("warning: \(fault)")
            }
        }
        // In a build, Docker puts /etc/hosts and other files here during a RUN and keeps the
        // folder's time after it.
        normalizer.setTime(of: listFolder)
    }
}
