import BitTorrent
import Digest
import Testing

@testable import Origins

@Suite("Manifest of a data set")
struct ManifestTests {
    private func manifest(
        _ paths: [String], root: OriginManifest.Root = .folder, size: Int64 = 1
    ) throws -> OriginManifest {
        let digest = try #require(OriginDigest(gitBlob: String(repeating: "0", count: 40)))
        let url = try RemoteURL("http://h/f")
        return try OriginManifest(
            name: FileName("set"), root: root,
            files: paths.map { ManifestFile(path: $0, size: size, digest: digest, urls: [url]) })
    }

    @Test("Files are in the order of the canonical torrent, whatever the order of the origin")
    func order() throws {
        let manifest = try manifest(["a/z", "a-/x", "B", "a b", "a.txt", "é", "e\u{301}"])
        #expect(
            manifest.files.map { Array($0.path.utf8) }
                == ["B", "a/z", "a b", "a-/x", "a.txt", "e\u{301}", "é"].map { Array($0.utf8) })
    }

    @Test(
        "What the canonical torrent refuses, and what has no place in a folder, is refused",
        arguments: [
            [], ["/a"], ["a/"], ["a//b"], [".."], ["a/../b"], ["."], [""], ["a\0"], ["a", "a"],
            ["a", "a/b"], ["a/b", "x", "a"], [".pad/1"], ["_____padding_file_0"],
            [String(repeating: "x", count: 256)],
            [(0...90).map { "\($0)" }.joined(separator: "/")],
        ])
    func refused(paths: [String]) {
        #expect(throws: ManifestError.self) { try manifest(paths) }
    }

    @Test("Names that differ only by case or by how a character is composed are different files")
    func similar() throws {
        #expect(try manifest(["a", "A", "é", "e\u{301}", "b/.pad", ".hidden"]).files.count == 6)
    }

    @Test("Too many files, bytes and files without a size are refused")
    func limits() throws {
        let most = (0..<OriginManifest.mostFiles).map { "\($0)" }
        #expect(try manifest(most).files.count == most.count)
        #expect(throws: ManifestError.tooMany) { try manifest(most + ["x"]) }
        #expect(throws: ManifestError.tooMany) { try manifest(["a", "b"], size: .max) }
        #expect(throws: ManifestError.badSize("a")) { try manifest(["a"], size: -1) }
        #expect(throws: ManifestError.self) { try manifest(["a", "b"], root: .file) }
    }

    @Test("Git's name of a file is the SHA-1 of its size and content")
    func gitBlob() throws {
        // git hash-object of a file with "hello\n".
        let digest = try #require(OriginDigest(gitBlob: "ce013625030ba8dba906f756967f9e9ca394464a"))
        let hasher = try #require(digest.hasher(size: 6))
        Array("hello\n".utf8).withUnsafeBytes { hasher.add($0) }
        #expect(hasher.finish() == digest.bytes)
    }

    @Test(
        "The next page of a list is the one that the Link field calls so",
        arguments: [
            (#"<http://h/a?cursor=1>; rel="next""#, "http://h/a?cursor=1"),
            (#"</p>; rel="prev", </n>; rel="next""#, "/n"), (#"</p>; rel="prev""#, nil), ("", nil),
            (">a<; rel=next", nil),
        ] as [(String, String?)])
    func nextPage(field: String, reference: String?) {
        #expect(NextPage.reference(inLink: field) == reference)
    }
}
