import Foundation
import SystemPackage

/// The contents of a .torrent as read by another program, libtorrent's Python binding.
public struct TorrentDescription: Decodable, Sendable {
    public let name: String
    public let comment: String
    public let creator: String
    public let creationDate: Int
    public let isPrivate: Bool
    public let v1: String?
    public let v2: String?
    public let pieceLength: Int
    public let trackers: [Tracker]
    public let webSeeds: [String]
    /// Paths without padding, in order.
    public let files: [String]
    /// The magnet link.
    public let magnet: String

    public struct Tracker: Decodable, Equatable, Sendable {
        public let url: String
        public let tier: Int

        public init(url: String, tier: Int) {
            self.url = url
            self.tier = tier
        }
    }

    /// The trackers of each tier (BEP 12), empty for missing tiers. Their order in a tier does not
    /// matter.
    public var tiers: [Set<String>] {
        let count = (trackers.map(\.tier).max() ?? -1) + 1
        return (0..<count).map { tier in Set(trackers.filter { $0.tier == tier }.map(\.url)) }
    }

    public static func read(_ torrent: FilePath) async throws -> TorrentDescription {
        let command = try Command(
            installed: "python3", package: "python3-libtorrent", ["-c", script, torrent.string])
        let ended = try await command.run()
        guard ended.status.isSuccess else {
            throw FixtureError("libtorrent's Python binding cannot read \(torrent): \(ended)")
        }
        return try JSONDecoder().decode(Self.self, from: Data(ended.output.utf8))
    }

    private static let script = """
        import json, sys, libtorrent
        torrent = libtorrent.torrent_info(sys.argv[1])
        files, hashes = torrent.files(), torrent.info_hashes()
        print(json.dumps({
            "name": torrent.name(), "comment": torrent.comment(), "creator": torrent.creator(),
            "creationDate": torrent.creation_date(), "isPrivate": torrent.priv(),
            "v1": str(hashes.v1) if hashes.has_v1() else None,
            "v2": str(hashes.v2) if hashes.has_v2() else None,
            "pieceLength": torrent.piece_length(),
            "trackers": [{"url": t.url, "tier": t.tier} for t in torrent.trackers()],
            "webSeeds": [seed["url"] for seed in torrent.web_seeds()],
            "files": [files.file_path(i) for i in range(files.num_files()) if not files.file_flags(i) & 1],
            "magnet": libtorrent.make_magnet_uri(torrent),
        }))
        """
}
