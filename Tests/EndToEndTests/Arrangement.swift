import PeerFixtures
import SystemPackage

/// What most tests start from: an origin's data, its torrent, and a fresh overlay that has none of it.
struct Arrangement: Sendable {
    let folder: TemporaryFolder
    let data: DataSet
    let torrent: TorrentFile
    let overlay: Overlay
    /// Not made yet.
    let destination: FilePath

    private init(_ given: Arrangement, _ name: String) throws {
        folder = given.folder
        data = given.data
        torrent = given.torrent
        overlay = try Overlay(folder.path.appending("\(name) overlay"))
        destination = folder.path.appending("\(name) destination")
    }

    /// The same with another fresh overlay and destination.
    var next: Arrangement { get throws { try another("next") } }

    /// The same with others, which have `name` in theirs.
    func another(_ name: String) throws -> Arrangement { try Arrangement(self, name) }

    init(_ version: TorrentFile.Version = .v1) async throws {
        folder = try TemporaryFolder()
        data = try DataSet(in: folder.make("origin"))
        torrent = try await TorrentFile.make(
            version, of: data, at: folder.path.appending("origin.torrent"))
        overlay = try Overlay(folder.path.appending("overlay"))
        destination = folder.path.appending("destination")
    }

    /// Whether all of the data is at the destination, byte for byte.
    var isComplete: Bool {
        get throws { try data.isEqual(below: destination) }
    }

    /// The line that seeds the data with the built-in backend.
    var seedLine: String { "pierdat-seed-bittorrent \(overlay.saved(torrent)) \(destination)" }
}
