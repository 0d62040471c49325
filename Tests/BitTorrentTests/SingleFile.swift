import Digest
import Foundation
import SystemPackage

@testable import BitTorrent

/// A published torrent of a single file, in a folder of its own.
struct SingleFile {
    static let name = "model.bin"

    let folder: URL
    let contents: Data
    let torrent: TorrentParameters
    let digest: ContentDigest

    /// `seed` makes the contents different.
    init(
        in temporary: TemporaryFolder, _ name: String = "origin", size: Int = 200_000, seed: Int = 1
    )
        throws
    {
        folder = try temporary.make(name)
        contents = Data((0..<size).map { UInt8(truncatingIfNeeded: $0 * 31 + seed + $0 / 251) })
        let file = folder.appending(path: Self.name)
        try contents.write(to: file)
        torrent = try Publication(path: FilePath(file.path)).makeTorrent(
            progress: { _ in }, say: { _ in })
        let opened = try FileDescriptor.open(FilePath(file.path), .readOnly)
        digest = try opened.closeAfter { try ContentDigest(.sha256, of: opened) }
    }

    /// Seeds the file at the rendezvous of `claimed` in `session`, at that session's port.
    func seed(in session: Session, as claimed: ContentDigest? = nil, token: UInt64 = 1) throws
        -> SeededFile
    {
        torrent.digest = claimed ?? digest
        let torrent = try session.add(
            self.torrent, folder: FilePath(folder.path), partFolder: FilePath(folder.path),
            purpose: .seed, token: token)
        var rendezvous = SeededRendezvous(session)
        _ = try rendezvous.name(token, torrent)
        return SeededFile(torrent: torrent, rendezvous: rendezvous)
    }
}

/// Keeps a torrent and its rendezvous in their session.
struct SeededFile {
    let torrent: Torrent
    var rendezvous: SeededRendezvous
}
