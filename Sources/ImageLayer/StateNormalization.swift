import LinuxSystem
import SystemPackage

/// Normalizes the attributes of the seed list and the state folder, so that image layers are
/// reproducible.
public struct StateNormalization: Sendable {
    private let normalizer: AttributeNormalizer
    private let before: [TreeSnapshot]
    private let listFolder: FilePath

    /// Create it before anything is written.
    public init(seedList: FilePath, state: FilePath, time: LayerTime) {
        normalizer = AttributeNormalizer(time: time)
        listFolder = seedList.removingLastComponent()
        before = [state, seedList].map { TreeSnapshot(of: $0) }
    }

    /// Normalizes what was written. Returns what is not as it should be.
    public func finish() throws(LayerError) -> [LayerError] {
        var faults: [LayerError] = []
        for snapshot in before {
            if let fault = try normalizer.apply(since: snapshot) { faults.append(fault) }
        }
        // In a build, Docker puts /etc/hosts and other files here during a RUN and keeps the
        // folder's time after it.
        normalizer.setTime(of: listFolder)
        return faults
    }
}
