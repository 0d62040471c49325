import Foundation
import PeerFixtures
import SystemPackage

/// A file of random bytes, published as a canonical torrent by an installation that can seed it.
struct CanonicalPayload: Sendable {
    let payload: Payload
    let torrent: TorrentFile
    /// The SHA-256 of the file, in hexadecimal digits.
    let digest: String
    /// What the file's rendezvous is announced as.
    let rendezvous: TorrentFile
    /// Has the file on its seed list.
    let seeder: Overlay

    /// Creates the file, of `mib` MiB, and publishes it.
    init(mib: Int, in place: Workplace) async throws {
        payload = try await Payload(mib: mib, in: place.folder.path.appending("data"))
        seeder = try place.overlay("seeder")
        let path = place.folder.path.appending("canonical.torrent")
        let ended = try await seeder.pierdat(
            "publish", "--canonical", payload.file.string, "--output", path.string)
        let printed = { (key: String) in
            ended.output.split(separator: "\n").first { $0.hasPrefix("\(key): ") }
                .map { String($0.dropFirst(key.count + 2)) }
        }
        guard let v1 = printed("info-hash v1"), let v2 = printed("info-hash v2"),
            let digest = printed("digest")?.split(separator: ":").last
        else { throw FixtureError("the file was not published: \(ended)") }
        torrent = TorrentFile(path: path, v1: v1, v2: v2)
        self.digest = String(digest)
        rendezvous = TorrentFile(
            path: path, v1: try await Self.rendezvous(of: "sha256:\(digest)"), v2: nil)
    }

    /// docs/rendezvous.md
    private static func rendezvous(of digest: String) async throws -> String {
        let script = #"printf 'pierdat rendezvous 1%s' "$1" | sha1sum"#
        let ended = try await Command("/bin/sh", ["-euc", script, "sh", digest]).run()
        return String(ended.output.prefix(40))
    }

    /// Creates the new folder `folder` as a web server's: the file and, if `isPinned`, its torrent beside it.
    func originFolder(_ folder: FilePath, isPinned: Bool) throws {
        let manager = FileManager.default
        try manager.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
        let file = folder.appending(Payload.name).string
        try manager.createSymbolicLink(atPath: file, withDestinationPath: payload.file.string)
        if isPinned { try manager.copyItem(atPath: torrent.path.string, toPath: file + ".torrent") }
    }
}
