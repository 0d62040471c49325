import Foundation
import PeerFixtures
import SystemPackage

/// A file, and an overlay that seeds it and knows its digest.
struct DigestArrangement: Sendable {
    let folder: TemporaryFolder
    let contents: Data
    /// `sha256:HEX`.
    let digest: String
    let torrent: TorrentFile
    /// The rendezvous, for the tracker.
    let rendezvous: TorrentFile
    let origin: Overlay

    init() async throws {
        folder = try TemporaryFolder()
        contents = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 * 31 + $0 / 251) })
        let file = try folder.make("origin").appending("model.bin")
        try contents.write(to: URL(filePath: file.string))
        let sum = try await Command("/usr/bin/sha256sum", [file.string]).run()
        digest = "sha256:" + sum.output.prefix(64)
        rendezvous = TorrentFile(
            path: "/nowhere", v1: try await Self.sha1("pierdat rendezvous 1\(digest)"), v2: nil)
        origin = try Overlay(folder.path.appending("origin overlay"))
        let ended = try await origin.pierdat("publish", file.string)
        let hash = ended.output.firstMatch(of: /info-hash v1: ([0-9a-f]{40})/)
        torrent = TorrentFile(
            path: origin.prefix.appending("var/lib/pierdat/\(hash?.1 ?? "").torrent"),
            v1: hash.map { String($0.1) }, v2: nil)
        try noteDigest()
    }

    private static func sha1(_ text: String) async throws -> String {
        let command = try Command(
            installed: "python3", package: "python3",
            [
                "-c",
                "import hashlib, sys; print(hashlib.sha1(sys.argv[1].encode()).hexdigest())",
                text,
            ])
        return String(try await command.run().output.prefix(40))
    }

    /// Adds the digest to the saved torrent, as for data that was downloaded by it.
    private func noteDigest() throws {
        let url = URL(filePath: torrent.path.string)
        let addition = "7:pierdatd6:digest\(digest.count):\(digest)ee"
        try (Data(contentsOf: url).dropLast() + Data(addition.utf8)).write(to: url)
    }

    func overlay(_ name: String) throws -> Overlay {
        try Overlay(folder.path.appending("\(name)-overlay"))
    }

    func destination(_ name: String) -> FilePath { folder.path.appending(name) }

    /// True if the folder has exactly the file.
    func isComplete(_ destination: FilePath) throws -> Bool {
        let names = try FileManager.default.contentsOfDirectory(atPath: destination.string)
        let file = URL(filePath: destination.appending("model.bin").string)
        return try names == ["model.bin"] && Data(contentsOf: file) == contents
    }
}
