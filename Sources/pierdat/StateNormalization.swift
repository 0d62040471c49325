import ImageLayer
import SystemPackage

/// The seed list and the state folder as a run leaves them in an image: the same wherever it ran.
struct StateNormalization {
    private let normalizer: AttributeNormalizer
    private let before: [TreeSnapshot]
    private let listFolder: FilePath

    /// To be made before anything of it is written.
    init(of installation: Installation, time: LayerTime) {
        normalizer = AttributeNormalizer(time: time)
        listFolder = installation.seedList.removingLastComponent()
        before = [installation.state, installation.seedList].map(TreeSnapshot.init)
    }

    /// Goes over what has been written.
    func finish() throws(LayerError) {
        for snapshot in before {
            if let fault = try normalizer.apply(since: snapshot) {
                StandardError.say("warning: \(fault)")
            }
        }
        // In a build Docker puts /etc/hosts and the like there for as long as a RUN takes, and keeps the
        // time that the folder then has.
        normalizer.setTime(of: listFolder)
    }
}
