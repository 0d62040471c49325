import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite(
    "Malformed input", .timeLimit(.minutes(3)))
struct MalformedTests {
    private static let hash = String(repeating: "0123456789", count: 4)

    @Test(
        "A malformed magnet link is reported in one line and leaves nothing behind",
        arguments: [
            "magnet:?xt=urn:btih:", "magnet:?xt=urn:btih:\(hash.dropLast())",
            "magnet:?xt=urn:btih:\(hash)0", "magnet:?xt=urn:btih:\(hash.dropLast())x",
            "magnet:?xt=urn:btih:ABCDEFGHIJKLMNOPQRSTUVWXYZ189012",
            "magnet:?xt=urn:btmh:1220\(hash)",
            "magnet:?xt=urn:btmh:1114\(hash)", "MAGNET:?dn=a&xt=urn:btih:",
            "magnet:?xt=urn:btih:\(hash)\n&dn=a", "magnet:xt=urn:btih:\(hash)",
            "magnet://?xt=urn:btih:\(hash)", "btih:\(hash)", "\(hash)0",
        ])
    func magnet(link: String) async throws {
        try await Given().expectRefusal(of: link, status: 65, "malformed|control character")
    }

    @Test("A magnet link of another network is left to other backends")
    func otherNetwork() async throws {
        try await Given().expectRefusal(
            of: "magnet:?xt=urn:tree:tiger:\(Self.hash)", status: 79, "no backend can download")
    }

    @Test(
        "A malformed torrent is reported in one line and leaves nothing behind",
        arguments: [
            "", "d", "de", "<html></html>", "d4:infoe", "d4:infodee", "d4:infoi1ee",
            torrent(length: "-1"), torrent(length: "9223372036854775807"),
            torrent(length: "99999999999999999999"),
            torrent(pieceLength: "0"), torrent(pieceLength: "-16384"),
            torrent(pieceLength: "9223372036854775807"), torrent(pieces: "19:aaaaaaaaaaaaaaaaaaa"),
            torrent(pieces: "0:"), torrent(pieces: "40:" + String(repeating: "a", count: 40)),
            torrent(pieces: "9999:a"), torrent(name: ""), String(torrent().dropLast(9)),
            "d4:infod5:filesle4:name1:a12:piece lengthi16384e6:pieces0:ee",
            "d4:infod5:filesld6:lengthi5eee4:name1:a12:piece lengthi16384e6:pieces0:ee",
            "d4:infod9:file treede12:meta versioni2e4:name1:a12:piece lengthi16384eee",
            "d4:infod12:meta versioni3e4:name1:a12:piece lengthi16384eee",
            "d4:info" + String(repeating: "l", count: 100_000),
        ])
    func torrentFile(contents: String) async throws {
        let given = try Given()
        let file = given.folder.path.appending("a.torrent")
        try Data(contents.utf8).write(to: URL(filePath: file.string))
        try await given.expectRefusal(of: file.string, status: 65, "the torrent is malformed")
    }

    @Test("A missing torrent or a folder is reported in one line")
    func missing() async throws {
        let given = try Given()
        for path in [given.folder.path.appending("a.torrent"), try given.folder.make("b.torrent")] {
            try await given.expectRefusal(of: path.string, status: 66, "cannot read the torrent")
        }
    }

    @Test("A torrent larger than the limit is reported in one line")
    func large() async throws {
        let given = try Given()
        let file = given.folder.path.appending("a.torrent")
        guard FileManager.default.createFile(atPath: file.string, contents: nil),
            truncate(file.string, 65 << 20) == 0
        else { throw FixtureError("\(file) cannot be made") }
        try await given.expectRefusal(of: file.string, status: 65, "too large for a torrent")
    }

    /// The torrent of a file of 5 bytes, with some values replaced.
    private static func torrent(
        length: String = "5", name: String = "1:a", pieceLength: String = "16384",
        pieces: String = "20:aaaaaaaaaaaaaaaaaaaa"
    ) -> String {
        let name = name.isEmpty ? "" : "4:name\(name)"
        return
            "d4:infod6:lengthi\(length)e\(name)12:piece lengthi\(pieceLength)e6:pieces\(pieces)ee"
    }

    /// An overlay in a temporary folder.
    private struct Given {
        let folder: TemporaryFolder
        let overlay: Overlay
        let before: Data

        init() throws {
            folder = try TemporaryFolder()
            overlay = try Overlay(folder.path.appending("overlay"))
            before = try overlay.seedListContents
        }

        /// Exactly one line must contain one of `words`, which are separated by bars.
        func expectRefusal(of uri: String, status: Int32, _ words: String) async throws {
            let destination = folder.path.appending("destination")
            let ended = try await overlay.pierdat("--stall-timeout", "5", uri, destination.string)
            #expect(ended.status == .exited(status), "\(ended)")
            let lines = ended.errors.split(separator: "\n")
            let telling = lines.count { line in
                words.split(separator: "|").contains { line.contains($0) }
            }
            // A second line, if any, names the backend.
            #expect(telling == 1 && lines.count <= 2, "\(ended)")
            #expect(!FileManager.default.fileExists(atPath: destination.string))
            #expect(try overlay.seedListContents == before)
            let state = overlay.prefix.appending("var/lib/pierdat").string
            #expect(
                try !FileManager.default.fileExists(atPath: state)
                    || FileManager.default.contentsOfDirectory(atPath: state) == [])
        }
    }
}
