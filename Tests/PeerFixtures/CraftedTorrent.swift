import Foundation
import SystemPackage

/// A .torrent that no honest client creates. Every file contains "hello", at any path.
public struct CraftedTorrent: Sendable {
    /// A file. Its path may contain any bytes.
    public struct Entry: Sendable {
        let path: [String]
        /// The target of a link (BEP 47).
        let target: [String]?

        public init(_ path: [String], linkTo target: [String]? = nil) {
            self.path = path
            self.target = target
        }
    }

    private static let contents = "hello"
    /// SHA-1 of "hello" and of "hellohello".
    private static let hashes = [
        1: "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d",
        2: "0b156215b189103c3d268f61299a854cd0b31e70",
    ]

    /// Writes a torrent named `name` to `path`, with one or two files and any number of links.
    public static func write(_ name: String, _ entries: [Entry], to path: FilePath) throws {
        let files = entries.map { entry in
            let list = "4:pathl" + entry.path.map(string).joined() + "e"
            guard let target = entry.target else { return "d6:lengthi5e\(list)e" }
            let link = "12:symlink pathl" + target.map(string).joined() + "e"
            return "d4:attr1:l6:lengthi0e\(list)\(link)e"
        }
        let count = entries.count { $0.target == nil }
        guard let hash = hashes[count] else {
            throw FixtureError("\(count) files are not foreseen")
        }
        var torrent = Data(
            "d4:infod5:filesl\(files.joined())e4:name\(string(name))12:piece lengthi16384e6:pieces20:"
                .utf8)
        for start in stride(from: 0, to: hash.count, by: 2) {
            torrent.append(UInt8(hash.dropFirst(start).prefix(2), radix: 16) ?? 0)
        }
        torrent += Data("ee".utf8)
        try torrent.write(to: URL(filePath: path.string))
    }

    /// Writes the data below `folder` where libtorrent's Python binding, an honest client, looks
    /// for it.
    public static func layOut(_ torrent: TorrentDescription, in folder: FilePath) throws {
        for file in torrent.files {
            let path = folder.pushing(FilePath(file))
            try FileManager.default.createDirectory(
                atPath: path.removingLastComponent().string, withIntermediateDirectories: true)
            try Data(contents.utf8).write(to: URL(filePath: path.string))
        }
    }

    private static func string(_ text: String) -> String { "\(text.utf8.count):\(text)" }
}
