import Foundation
import SystemPackage

/// A .torrent created by another program, libtorrent's Python binding.
public struct TorrentFile: Sendable {
    public enum Version: String, Sendable {
        case v1, v2, hybrid
    }

    public let path: FilePath
    /// 40 hexadecimal digits. nil for a v2-only torrent.
    public let v1: String?
    /// 64 hexadecimal digits. nil for a v1-only torrent.
    public let v2: String?

    public init(path: FilePath, v1: String?, v2: String?) {
        self.path = path
        self.v1 = v1
        self.v2 = v2
    }

    /// Creates the torrent of `data` at `path`.
    public static func make(
        _ version: Version, of data: DataSet, at path: FilePath, webSeed: String? = nil,
        pieceSize: Int = 65_536
    ) async throws -> TorrentFile {
        try await make(version, of: data.root, at: path, webSeed: webSeed, pieceSize: pieceSize)
    }

    /// Creates the torrent of the file or folder `root` at `path`.
    public static func make(
        _ version: Version, of root: FilePath, at path: FilePath, webSeed: String? = nil,
        pieceSize: Int
    ) async throws -> TorrentFile {
        let command = try Command(
            installed: "python3", package: "python3-libtorrent",
            [
                "-c", script, root.string, path.string, version.rawValue, String(pieceSize),
                webSeed ?? "",
            ])
        let ended = try await command.run()
        let words = ended.output.split(whereSeparator: \.isWhitespace).map(String.init)
        guard ended.status.isSuccess, words.count == 2 else {
            throw FixtureError(
                "no torrent was made (is Debian's package python3-libtorrent there?): \(ended)")
        }
        return TorrentFile(
            path: path, v1: words[0] == "-" ? nil : words[0], v2: words[1] == "-" ? nil : words[1])
    }

    /// The base name of its file in an overlay's state folder.
    public var key: String { v1 ?? v2 ?? "" }

    /// The magnet link, with these parameters after its info-hashes.
    public func magnet(_ parameters: String...) -> String {
        magnet(parameters)
    }

    /// The same with an array of parameters.
    public func magnet(_ parameters: [String]) -> String {
        let hashes = [v1.map { "xt=urn:btih:\($0)" }, v2.map { "xt=urn:btmh:1220\($0)" }].compactMap
        { $0 }
        return "magnet:?" + (hashes + parameters).joined(separator: "&")
    }

    private static let script = """
        import os, sys, libtorrent
        root, path, version, piece, web_seed = sys.argv[1:]
        files = libtorrent.file_storage()
        links = libtorrent.create_torrent.symlinks
        libtorrent.add_files(files, root, flags=links)
        # create_torrent::v1_only and v2_only
        kind = {"v1": 64, "v2": 32, "hybrid": 0}[version]
        torrent = libtorrent.create_torrent(files, int(piece), kind | links)
        if web_seed:
            torrent.add_url_seed(web_seed)
        libtorrent.set_piece_hashes(torrent, os.path.dirname(root))
        with open(path, "wb") as file:
            file.write(libtorrent.bencode(torrent.generate()))
        hashes = libtorrent.torrent_info(path).info_hashes()
        print(hashes.v1 if hashes.has_v1() else "-", hashes.v2 if hashes.has_v2() else "-")
        """
}

extension TorrentFile {
    /// The same torrent at `path` with `tracker` as its tracker.
    public func announced(to tracker: String, at path: FilePath) throws -> TorrentFile {
        try beginning(with: "8:announce" + Self.string(tracker), at: path)
    }

    /// The same torrent at `path` with tiers of trackers (BEP 12).
    public func announced(to tiers: [[String]], at path: FilePath) throws -> TorrentFile {
        let lists = tiers.map { "l" + $0.map(Self.string).joined() + "e" }.joined()
        return try beginning(with: "13:announce-listl\(lists)e", at: path)
    }

    /// The same torrent with an additional first `entry`. Its key must sort before all others.
    private func beginning(with entry: String, at path: FilePath) throws -> TorrentFile {
        let torrent = try Data(contentsOf: URL(filePath: self.path.string))
        guard torrent.first == UInt8(ascii: "d") else {
            throw FixtureError("\(self.path) is no torrent")
        }
        try (Data("d\(entry)".utf8) + torrent.dropFirst())
            .write(to: URL(filePath: path.string))
        return TorrentFile(path: path, v1: v1, v2: v2)
    }

    private static func string(_ text: String) -> String { "\(text.utf8.count):\(text)" }

    /// The same torrent at `path` without the v2 piece layers, which are outside the metadata (BEP
    /// 52).
    public func withoutPieceLayers(at path: FilePath) async throws -> TorrentFile {
        let script = """
            import sys, libtorrent
            torrent = libtorrent.bdecode(open(sys.argv[1], "rb").read())
            del torrent[b"piece layers"]
            open(sys.argv[2], "wb").write(libtorrent.bencode(torrent))
            """
        let ended = try await Command(
            installed: "python3", package: "python3-libtorrent",
            ["-c", script, self.path.string, path.string]
        ).run()
        guard ended.status.isSuccess else {
            throw FixtureError("\(self.path) cannot be written anew: \(ended)")
        }
        return TorrentFile(path: path, v1: v1, v2: v2)
    }

    /// The same torrent at `path` with exactly these web seeds (BEP 19).
    public func seeded(by webSeeds: [String], at path: FilePath) throws -> TorrentFile {
        // Dictionary keys are sorted, and this one comes after all existing ones.
        let torrent = try Data(contentsOf: URL(filePath: self.path.string))
        guard torrent.last == UInt8(ascii: "e") else {
            throw FixtureError("\(self.path) is no torrent")
        }
        let list = webSeeds.map(Self.string).joined()
        let added = Data("8:url-listl\(list)ee".utf8)
        try (torrent.dropLast() + added).write(to: URL(filePath: path.string))
        return TorrentFile(path: path, v1: v1, v2: v2)
    }
}
