import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("docs/canonical-torrent.md", .timeLimit(.minutes(5)))
struct CanonicalTorrentTests {
    /// A test vector in the page.
    struct Vector: Sendable, CustomTestStringConvertible {
        let name: String
        let script: String
        let v1: String
        let v2: String
        var testDescription: String { name }
    }

    static let vectors: [Vector] = {
        let pattern = #/### `([^`]+)`[^#]*?```sh\n([^`]*)```\n\n- v1: `(\w+)`\n- v2: `(\w+)`/#
        let page = (try? Package.text(of: "docs/canonical-torrent.md")) ?? ""
        return page.matches(of: pattern).map {
            Vector(
                name: String($0.1), script: String($0.2), v1: String($0.3), v2: String($0.4))
        }
    }()

    @Test("The page has a script and info-hashes for each kind of data")
    func count() {
        #expect(Self.vectors.count == 10, "\(Self.vectors.map(\.name))")
    }

    @Test(
        "publish --canonical and an independent program create each torrent of the page",
        arguments: vectors)
    func vector(_ vector: Vector) async throws {
        let given = try Given()
        let data = try await given.make(vector)
        let independent = try await given.independentHashes(of: data)
        #expect(independent == "v1 \(vector.v1)\nv2 \(vector.v2)\n")
        let ended = try await given.overlay.pierdat("publish", "--canonical", data.string)
        #expect(ended.status == .exited(0), "\(ended)")
        #expect(ended.output.contains("\ninfo-hash v1: \(vector.v1)\n"), "\(ended)")
        #expect(ended.output.contains("\ninfo-hash v2: \(vector.v2)\n"), "\(ended)")
    }

    @Test("The digest of a single file is printed and saved, and none of a folder")
    func digest() async throws {
        let given = try Given()
        let file = given.folder.path.appending("file")
        try Data("abc".utf8).write(to: URL(filePath: file.string))
        let ended = try await given.overlay.pierdat("publish", "--canonical", file.string)
        // FIPS 180-4.
        let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(ended.output.contains("\ndigest: sha256:\(digest)\n"), "\(ended)")
        let v1 = try #require(ended.output.firstMatch(of: /info-hash v1: (\w+)/)?.1)
        let saved = try Data(
            contentsOf: URL(
                filePath: given.overlay.prefix.appending("var/lib/pierdat/\(v1).torrent").string))
        #expect(saved.range(of: Data("6:digest71:sha256:\(digest)".utf8)) != nil)
        for options in [["publish"], ["publish", "--canonical"]] {
            let path = options.count == 1 ? file : given.folder.path
            let other = try await given.overlay.pierdat(options + [path.string])
            #expect(other.status == .exited(0), "\(other)")
            #expect(!other.output.contains("digest"), "\(other)")
        }
    }

    @Test("The name that was given is part of the torrent")
    func name() async throws {
        let given = try Given()
        let data = try await given.make(try #require(Self.vectors.first))
        let ended = try await given.overlay.pierdat(
            "publish", "--canonical", "--name", "another", data.string)
        let hashes = try await given.independentHashes(of: data, named: "another")
        let v1 = try #require(hashes.split(separator: "\n").first?.dropFirst(3))
        #expect(ended.output.contains("\ninfo-hash v1: \(v1)\n"), "\(ended)")
    }

    @Test(
        "Options that change the info dictionary are rejected, and nothing is recorded",
        arguments: ["--private", "--v1"])
    func refused(option: String) async throws {
        let given = try Given()
        let ended = try await given.overlay.pierdat(
            "publish", "--canonical", option, given.folder.path.string)
        #expect(ended.status == .exited(64), "\(ended)")
        #expect(
            ended.errors.contains("--canonical and \(option) exclude each other"), "\(ended)")
        #expect(try given.overlay.seedLines == [])
    }

    private struct Given: Sendable {
        let folder: TemporaryFolder
        let overlay: Overlay
        private let installation: TemporaryFolder

        init() throws {
            folder = try TemporaryFolder()
            try Data("data".utf8).write(to: URL(filePath: folder.path.appending("any").string))
            installation = try TemporaryFolder()
            overlay = try Overlay(installation.path.appending("overlay"))
        }

        /// Runs the vector's script. Returns the path of its data.
        func make(_ vector: Vector) async throws -> FilePath {
            let script = "cd \"$0\"\n" + vector.script
            let command = Command("/bin/sh", ["-euc", script, folder.path.string])
            let ended = try await command.run()
            guard ended.status.isSuccess else {
                throw FixtureError("the script of \(vector.name) failed: \(ended)")
            }
            return folder.path.appending(vector.name)
        }

        func independentHashes(
            of data: FilePath, named name: String? = nil
        ) async throws -> String {
            let program = Package.root.appending("Tests/PeerFixtures/canonical-torrent.py")
            let command = try Command(
                installed: "python3", package: "python3",
                [program.string, data.string] + (name.map { [$0] } ?? []))
            let ended = try await command.run()
            #expect(ended.status == .exited(0), "\(ended)")
            return ended.output
        }
    }
}
