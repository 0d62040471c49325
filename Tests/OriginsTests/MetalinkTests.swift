import BitTorrent
import Digest
import Foundation
import Testing

@testable import Origins

@Suite("Metalink documents")
struct MetalinkTests {
    private func document(_ files: String) -> [UInt8] {
        Array("<metalink xmlns=\"urn:ietf:params:xml:ns:metalink\">\(files)</metalink>".utf8)
    }

    private static let url = "<url>http://h/f</url>"

    @Test("A document gives the file's name, size, digests, pieces and URLs by priority")
    func whole() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Fuzz/corpus/metalink/one")
        let metalink = try Metalink(Array(Data(contentsOf: path)))
        #expect(metalink.name.text == "a.bin")
        #expect(metalink.size == 5000)
        #expect(metalink.digest?.algorithm == .sha256)
        #expect(metalink.pieces?.digests.count == 2)
        #expect(metalink.pieces?.range(of: 1, in: 5000) == 4096..<5000)
        #expect(metalink.urls.map(\.text) == ["https://a.example/a.bin", "http://b.example/a.bin"])
        #expect(metalink.torrents.map(\.text) == ["https://a.example/a.bin.torrent"])
    }

    @Test("One of several files is chosen by its name")
    func several() throws {
        let files = document(
            "<file name=\"a\">\(Self.url)</file><file name=\"b\">\(Self.url)</file>")
        #expect(throws: MetalinkError.files(["a", "b"])) { try Metalink(files) }
        #expect(try Metalink(files, wanted: FileName("b")).name.text == "b")
        #expect(throws: MetalinkError.files(["a", "b"])) {
            try Metalink(files, wanted: FileName("c"))
        }
    }

    @Test(
        "A document that is no Metalink, or names no usable file, is refused",
        arguments: [
            ("<metalink xmlns=\"http://www.metalinker.org/\"/>", MetalinkError.notMetalink),
            ("<html/>", .notMetalink),
        ])
    func others(text: String, error: MetalinkError) {
        #expect(throws: error) { try Metalink(Array(text.utf8)) }
    }

    @Test("Entities are refused, so that a small document cannot become a large one")
    func entities() {
        let bomb =
            "<!DOCTYPE x [<!ENTITY a \"b\">]><metalink xmlns=\"urn:ietf:params:xml:ns:metalink\"/>"
        #expect(throws: MetalinkError.malformed("it has a document type declaration", line: 1)) {
            try Metalink(Array(bomb.utf8))
        }
    }

    @Test("A file without a usable name or URL is refused")
    func unusable() {
        #expect(throws: MetalinkError.name(.badCharacter)) {
            try Metalink(document("<file name=\"../../etc/passwd\">\(Self.url)</file>"))
        }
        #expect(throws: MetalinkError.noURL) {
            try Metalink(document("<file name=\"a\"><url>ftp://h/f</url></file>"))
        }
        #expect(throws: MetalinkError.files([])) { try Metalink(document("")) }
    }

    @Test(
        "Pieces that do not fit the size, or are not digests, are ignored",
        arguments: [
            "<pieces length=\"4096\" type=\"sha-1\"><hash>00</hash></pieces>",
            "<pieces length=\"0\" type=\"sha-256\"></pieces>",
            "<pieces length=\"9223372036854775807\" type=\"sha-1\"><hash>"
                + String(repeating: "0", count: 40) + "</hash></pieces>",
            "<pieces length=\"1024\" type=\"sha-1\"><hash>" + String(repeating: "0", count: 40)
                + "</hash></pieces>",
        ])
    func pieces(text: String) throws {
        let metalink = try Metalink(
            document("<file name=\"a\"><size>5000</size>\(text)\(Self.url)</file>"))
        #expect(metalink.pieces == nil)
    }
}
