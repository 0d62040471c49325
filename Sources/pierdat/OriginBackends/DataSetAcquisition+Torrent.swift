import BitTorrent
import LinuxSystem

extension DataSetAcquisition {
    /// Downloads what `resolve` finds into the folder. If the origin does not answer, downloads the torrent `link` of a
    /// pinned URI instead: its info-hash proves the data, too. nil if there is none.
    static func get(
        into folder: String, orBy link: MagnetLink?, environment: [String: String],
        installation: Installation, _ resolve: () throws -> DataSetAcquisition
    ) throws {
        let found: DataSetAcquisition
        do {
            found = try resolve()
        } catch TorrentError.unavailable(let reason) {
            guard let link else { throw TorrentError.unavailable(reason) }
            StandardError.say(reason)
            StandardError.say("going on with the torrent of the URI alone")
            return try BitTorrentAcquisition(uri: "\(link)", path: folder, goal: .get)
                .perform(in: installation, environment: environment)
        }
        try found.get(into: folder)
    }
}
