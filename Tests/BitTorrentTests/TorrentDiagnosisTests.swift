import Foundation
import SystemPackage
import Testing

@testable import BitTorrent

@Suite("Diagnosis of .torrent files")
struct TorrentDiagnosisTests {
    private static let page =
        "<!DOCTYPE html>\n<HTML><head><title> Log\u{202E} in </title></head></HTML>"
    private static let magnet = "magnet:?xt=urn:btih:" + String(repeating: "0", count: 40)

    /// The error from reading `bytes`.
    private func refusal(of bytes: [UInt8]) -> String? {
        do throws(TorrentError) {
            _ = try TorrentParameters(torrent: bytes, from: "a.torrent")
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test(
        "A file of another type is named as such, with advice",
        arguments: [
            ("", "it is empty. Download or copy it again"),
            (page, "it is a web page (HTML) with the title 'Log? in', not a torrent"),
            ("  <html><body>no</body></html>", "it is a web page (HTML), not a torrent"),
            (
                "\u{FEFF}<!doctype HTML>",
                "Open its URL in a browser, and give the URL of the .torrent"
            ),
            ("<?xml version='1.0'?><rss/>", "it is XML, not a torrent"),
            (
                "{\"error\": \"gone\"}",
                "it is JSON, not a torrent; it begins with '{\"error\": \"gone\"}'"
            ),
            ("\n\(magnet)\n", "contains a magnet link. Give the link itself, in single quotes"),
            ("version https://git-lfs.github.com/spec/v1\noid", "Run 'git lfs pull'"),
            ("not found\n", "it is text, not a torrent; it begins with 'not found'"),
            ("PK\u{3}\u{4}...", "it is a zip archive. Unpack it"),
            ("BZh91AY", "it is compressed with bzip2. Unpack it"),
            ("\u{7F}ELF\u{2}", "the bytes 7F 45 4C 46"),
            ("d8:announce3:abc", "it is truncated after 16 B"),
            ("d4:infod6:lengthi5e", "it is truncated"),
        ])
    func other(contents: String, words: String) throws {
        let message = try #require(refusal(of: Array(contents.utf8)))
        #expect(message.hasPrefix("a.torrent: the torrent is malformed: "), "\(message)")
        #expect(message.contains(words), "\(message)")
        #expect(!message.contains("\n") && message.count < 400, "\(message)")
    }

    @Test(
        "A torrent compressed with gzip once or twice, in one or several members, is read"
    )
    func packed() throws {
        let torrent = SampleTorrent.bytes
        let halves = [Array(torrent[..<100]), Array(torrent[100...])]
        let ways = try [
            gzip(torrent), gzip(gzip(torrent)), halves.flatMap(gzip), gzip(torrent) + [0, 0, 0],
        ]
        for packed in ways {
            let parameters = try TorrentParameters(torrent: packed)
            #expect(parameters.summary.key?.description == SampleTorrent.infoHash)
        }
    }

    @Test("Truncated gzip data, or gzip data that is not a torrent, is reported as both")
    func packedBadly() throws {
        let torrent = try gzip(SampleTorrent.bytes)
        #expect(
            refusal(of: torrent.dropLast(20))?.contains(
                "it is compressed with gzip; it is truncated")
                == true)
        var damaged = torrent
        damaged[damaged.count / 2] ^= 0xFF
        #expect(refusal(of: damaged)?.contains("it is compressed with gzip; it is damaged") == true)
        let page = try gzip(Array(Self.page.utf8))
        #expect(
            refusal(of: page)?.contains(
                "it is compressed with gzip; decompressed, it is a web page") == true)
    }

    @Test("Decompression stops at the maximum size of a torrent")
    func bomb() throws {
        let huge = try gzip(
            Array("d8:comment90000000:".utf8) + [UInt8](repeating: 0, count: 90_000_000))
        #expect(huge.count < 200_000)
        #expect(refusal(of: huge)?.contains("larger than a torrent may be") == true)
        let zeros = try gzip([UInt8](repeating: 0, count: 90_000_000))
        #expect(refusal(of: zeros)?.contains("decompressed, it is not a torrent") == true)
    }

    @Test("A torrent is recognized by its contents, compressed or not")
    func likely() throws {
        let temporary = try TemporaryFolder()
        let path = temporary.path.appending("no suffix")
        for (contents, isLikely) in try [
            (SampleTorrent.bytes, true), (gzip(SampleTorrent.bytes), true),
            (gzip(Array("text".utf8)), false), (Array("dear".utf8), false), ([0x1F, 0x8B], false),
        ] {
            try Data(contents).write(to: URL(filePath: path.string))
            #expect(TorrentFileReader.isLikely(at: path) == isLikely)
        }
    }

    /// Compresses `bytes` with gzip(1).
    private func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
        let temporary = try TemporaryFolder()
        let file = temporary.url.appending(path: "file")
        try Data(bytes).write(to: file)
        let process = Process()
        process.executableURL = URL(filePath: "/bin/gzip")
        process.arguments = ["--no-name", file.path]
        try process.run()
        process.waitUntilExit()
        return Array(try Data(contentsOf: file.appendingPathExtension("gz")))
    }
}
