import Foundation
import PeerFixtures
import SystemPackage

/// A file of random bytes and its torrents.
struct Payload: Sendable {
    /// The folder that contains only the file.
    let folder: FilePath
    let size: Int
    static let name = "payload.bin"

    var file: FilePath { folder.appending(Self.name) }

    /// Creates the file in the new folder `folder`.
    init(mib: Int, in folder: FilePath) async throws {
        self.folder = folder
        size = mib << 20
        try FileManager.default.createDirectory(
            atPath: folder.string, withIntermediateDirectories: true)
        let command = Command(
            "/bin/sh",
            ["-ec", #"exec head -c "$1" /dev/urandom >"$2""#, "sh", "\(size)", file.string])
        let ended = try await command.run()
        guard ended.status.isSuccess else { throw FixtureError("no data was made: \(ended)") }
    }

    /// Its torrent at `path`, with the piece length that `pierdat publish` would choose.
    func torrent(_ version: TorrentFile.Version, at path: FilePath) async throws -> TorrentFile {
        try await TorrentFile.make(version, of: file, at: path, pieceSize: pieceLength)
    }

    /// Its SHA-256, in hexadecimal digits.
    var sha256: String {
        get async throws {
            let ended = try await Command("/usr/bin/sha256sum", [file.string]).run()
            guard let digest = ended.output.split(separator: " ").first, ended.status.isSuccess
            else { throw FixtureError("no digest was computed: \(ended)") }
            return String(digest)
        }
    }

    /// The power of two that gives about a thousand pieces.
    var pieceLength: Int {
        var length = 1 << 14
        while length < 1 << 24, size / length > 1400 { length *= 2 }
        return length
    }

    /// Throws if `folder` does not contain an identical file.
    func compare(with folder: FilePath) async throws {
        let copy = folder.appending(Self.name)
        let ended = try await Command("/usr/bin/cmp", [file.string, copy.string]).run()
        guard ended.status.isSuccess else {
            throw FixtureError("what was transferred is not what was sent: \(ended)")
        }
    }
}
