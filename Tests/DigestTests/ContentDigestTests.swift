import Digest
import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Content digest")
struct ContentDigestTests {
    /// FIPS 180-4's examples for "abc".
    static let abc = [
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ]

    @Test("The digest of \"abc\" in two parts is that of the standard", arguments: abc)
    func standardVectors(expected: String) throws {
        let algorithm = try #require(ContentDigest(expected)).algorithm
        let hasher = try #require(ContentHasher(algorithm.function))
        for part in ["a", "bc"] {
            var part = part
            part.withUTF8 { hasher.add(UnsafeRawBufferPointer($0)) }
        }
        #expect(hasher.finish(as: algorithm).description == expected)
    }

    @Test(
        "A digest is written in lowercase, and read with ':' or '=' in either case", arguments: abc)
    func forms(text: String) throws {
        let digest = try #require(ContentDigest(text))
        #expect(digest.description == text)
        #expect(ContentDigest(text.uppercased()) == digest)
        #expect(ContentDigest(text.replacing(":", with: "=")) == digest)
        #expect(ContentDigest(digest.algorithm, hex: digest.hex) == digest)
    }

    @Test(
        "Text that is not exactly one digest is not a digest",
        arguments: [
            "", "sha256", "sha256:", "sha256:ab", "sha1:" + String(repeating: "a", count: 40),
            "sha256:" + String(repeating: "g", count: 64),
            "md5=" + String(repeating: "a", count: 32),
            "sha256:" + String(repeating: "a", count: 65),
            "sha512:" + String(repeating: "a", count: 64),
            "sha256:" + String(repeating: "a", count: 63) + "é",
            ":" + String(repeating: "a", count: 64),
        ])
    func otherText(text: String) {
        #expect(ContentDigest(text) == nil)
    }

    @Test("A file's digest covers the asked length, and all of a shorter file")
    func file() throws {
        let folder = try TemporaryFolder()
        let path = folder.path.appending("letters").string
        try Data("abcdef".utf8).write(to: URL(filePath: path))
        let file = try FileDescriptor.open(path, .readOnly)
        defer { try? file.close() }
        #expect(try ContentDigest(.sha256, of: file, length: 3).description == Self.abc[0])
        var read = 0
        let whole = try ContentDigest(.sha256, of: file) { part in
            read += part
            return true
        }
        #expect(read == 6)
        #expect(throws: Errno.canceled) {
            try ContentDigest(.sha256, of: file) { _ in false }
        }
        #expect(
            whole.hex == "bef57ec7f53a6d40beb640a780a639c83bc29ac8a9816f1fc6c5c6dcd93c4721")
    }
}
