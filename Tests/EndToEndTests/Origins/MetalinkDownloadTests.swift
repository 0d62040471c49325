import Digest
import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Downloads by Metalink", .timeLimit(.minutes(3)))
struct MetalinkDownloadTests {
    private static let pieceLength = 1 << 20

    /// Writes a document that describes the file at `urls`.
    private func write(
        _ given: FileAtOrigin, urls: [String], hash: String? = nil, pieces: Bool = true,
        name: String = FileAtOrigin.name, size: Int? = nil
    ) throws {
        let contents = given.contents
        let digests = stride(from: 0, to: contents.count, by: Self.pieceLength).map { start in
            let piece = contents[start..<min(contents.count, start + Self.pieceLength)]
            return "<hash>\(FileAtOrigin.digest(of: piece).hex)</hash>"
        }
        let text = """
            <metalink xmlns="urn:ietf:params:xml:ns:metalink"><file name="\(name)">
            <size>\(size ?? contents.count)</size>
            <hash type="sha-256">\(hash ?? given.digest.hex)</hash>
            \(pieces ? "<pieces length=\"\(Self.pieceLength)\" type=\"sha-256\">\(digests.joined())</pieces>" : "")
            \(urls.map { "<url>\($0.replacing("&", with: "&amp;"))</url>" }.joined())
            </file></metalink>
            """
        try text.write(
            toFile: given.origin.appending("file.meta4").string, atomically: true, encoding: .utf8)
    }

    @Test("The mirrors of a Metalink are one download, verified by its digest")
    func mirrors() async throws {
        let given = try FileAtOrigin(bytes: 60 << 20)
        try await Origin.serving(given.origin) { origin in
            try write(given, urls: ["m=1", "m=2"].map { origin.url(FileAtOrigin.name, $0) })
            let ended = try await given.get(origin.url("file.meta4"))
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(Set(await origin.requests.map(\.path)).count == 3)
        }
        #expect(given.isComplete)
    }

    @Test("With digests of pieces, only the pieces of a bad mirror are fetched again")
    func healed() async throws {
        let given = try FileAtOrigin(bytes: 60 << 20)
        try await Origin.serving(given.origin) { origin in
            let bad = origin.url(FileAtOrigin.name, "corrupt=1")
            try write(given, urls: [bad, origin.url(FileAtOrigin.name)])
            let ended = try await given.get(origin.url("file.meta4"))
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(ended.errors.contains("of its data does not match"), "\(ended)")
        }
        #expect(given.isComplete)
    }

    @Test("A piece that a bad mirror has begun and a good one completed is fetched again")
    func begun() async throws {
        let given = try FileAtOrigin(bytes: 20 << 20)
        try await Origin.serving(given.origin) { origin in
            // One and a half pieces arrive. The complete one shows that the mirror is bad.
            let bad = origin.url(FileAtOrigin.name, "corrupt=1&cut=\(Self.pieceLength * 3 / 2)")
            try write(given, urls: [bad, origin.url(FileAtOrigin.name)])
            let ended = try await given.get(origin.url("file.meta4"))
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(ended.errors.contains("of its data does not match"), "\(ended)")
        }
        #expect(given.isComplete)
    }

    @Test("A Metalink that lies about the digest or the size leads to nothing")
    func lies() async throws {
        let given = try FileAtOrigin(bytes: 3 << 20)
        try await Origin.serving(given.origin) { origin in
            let url = origin.url(FileAtOrigin.name)
            try write(given, urls: [url], hash: String(repeating: "0", count: 64), pieces: false)
            var ended = try await given.get(origin.url("file.meta4"))
            #expect(ended.status == .exited(65), "\(ended)")
            ended = try await given.get(origin.url("file.meta4") + given.pin)
            #expect(ended.status == .exited(65), "\(ended)")
            try write(given, urls: [url], pieces: false, size: 1000)
            ended = try await given.get(origin.url("file.meta4"))
            #expect(ended.status == .exited(69), "\(ended)")
            #expect(ended.errors.contains("instead of 1000"), "\(ended)")
            try write(given, urls: [url], name: "../escape")
            ended = try await given.get(origin.url("file.meta4"))
            #expect(ended.status == .exited(65), "\(ended)")
        }
        #expect(given.arrived.isEmpty)
    }

    @Test("A Metalink of an empty file leads to it", .timeLimit(.minutes(1)))
    func empty() async throws {
        let given = try FileAtOrigin(bytes: 0)
        try await Origin.serving(given.origin) { origin in
            try write(given, urls: [origin.url(FileAtOrigin.name)], pieces: false)
            let ended = try await given.get(origin.url("file.meta4"))
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(given.isComplete)
    }

    @Test("The secrets for the server of the document are not sent to the mirrors in it")
    func secrets() async throws {
        var given = try FileAtOrigin(bytes: 1000)
        let file = given.folder.path.appending("header")
        try "X-Token: secret\n".write(toFile: file.string, atomically: true, encoding: .utf8)
        given.overlay.environment["PIERDAT_HTTP_HEADER_FILE"] = file.string
        let prepared = given
        try await Origin.serving(given.origin) { mirror in
            try await Origin.serving(prepared.origin) { origin in
                try write(prepared, urls: [mirror.url(FileAtOrigin.name)])
                let ended = try await prepared.get(origin.url("file.meta4"))
                #expect(ended.status == .exited(0), "\(ended)")
                #expect(await origin.requests.allSatisfy { $0.token == "secret" })
            }
            #expect(await mirror.requests.allSatisfy { $0.token == "-" })
        }
    }
}
