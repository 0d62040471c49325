import PeerFixtures
import SystemPackage

/// The usual starting point of a test: data at an origin, its torrent, and a fresh overlay without
/// the data.
struct Arrangement: Sendable {
    let folder: TemporaryFolder
    let data: DataSet
    let torrent: TorrentFile
    let overlay: Overlay
    /// Does not exist yet.
    let destination: FilePath

    private init(_ given: Arrangement, _ name: String) throws {
        folder = given.folder
        data = given.data
        torrent = given.torrent
        overlay = try Overlay(folder.path.appending("\(name) overlay"))
        destination = folder.path.appending("\(name) destination")
    }

    /// The same with a fresh overlay and destination.
    var next: Arrangement { get throws { try another("next") } }

    /// The same with an overlay and destination whose names contain `name`.
    func another(_ name: String) throws -> Arrangement { try Arrangement(self, name) }

    init(_ version: TorrentFile.Version = .v1) async throws {
        folder = try TemporaryFolder()
        data = try DataSet(in: folder.make("origin"))
        torrent = try await TorrentFile.make(
            version, of: data, at: folder.path.appending("origin.torrent"))
        overlay = try Overlay(folder.path.appending("overlay"))
        destination = folder.path.appending("destination")
    }

    /// True if the destination has all of the data, byte for byte.
    var isComplete: Bool {
        get throws { try data.isEqual(below: destination) }
    }

    /// The line that seeds the data with the built-in backend.
    var seedLine: String { "pierdat-seed-bittorrent \(overlay.saved(torrent)) \(destination)" }
}
