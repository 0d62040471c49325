import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Swarms of data sets from the Hugging Face Hub", .timeLimit(.minutes(3)))
struct HubSwarmTests {
    /// Downloads the repository, and runs `body` with the URI to pin while `pierdatd` seeds the data.
    private func seeding(
        _ given: RepositoryAtHub, _ body: @Sendable (String, String) async throws -> Void
    ) async throws {
        let ended = try await given.get("hf://\(RepositoryAtHub.name)")
        #expect(ended.status == .exited(0), "\(ended)")
        let pinned = try #require(ended.errors.firstMatch(of: /use '([^']+)'/)?.1).description
        try await RunningProcess.with(given.overlay.command("pierdatd")) { daemon in
            let line = try await daemon.line(containing: "listening on port")
            let port = try #require(line.split(separator: " ").last)
            try await body(pinned, "127.0.0.1:\(port)")
        }
    }

    private func next(_ given: RepositoryAtHub, peer: String) throws -> RepositoryAtHub {
        var next = try RepositoryAtHub()
        next.overlay.environment["HF_ENDPOINT"] = given.overlay.environment["HF_ENDPOINT"]
        next.overlay.environment["PIERDAT_PEERS"] = peer
        return next
    }

    @Test(
        "A pinned URI is downloaded from those who seed it, and the Hub is asked only for the list")
    func peers() async throws {
        let first = try RepositoryAtHub()
        try await first.serving { server, first in
            try await seeding(first) { pinned, peer in
                let before = await server.requests.count
                let second = try next(first, peer: peer)
                let ended = try await second.get(pinned)
                #expect(ended.status == .exited(0), "\(ended)")
                #expect(second.arrived == first.expected())
                #expect(
                    await server.requests.dropFirst(before).allSatisfy {
                        $0.path.contains("/tree/")
                    })
                #expect(try second.overlay.seedLines.count == 1)
            }
        }
    }

    @Test("Files that are there are not downloaded again from peers, and wrong ones are replaced")
    func partly() async throws {
        let first = try RepositoryAtHub()
        try await first.serving { _, first in
            try await seeding(first) { pinned, peer in
                let second = try next(first, peer: peer)
                let root = second.destination.appending("tiny")
                try FileManager.default.createDirectory(
                    atPath: root.string, withIntermediateDirectories: true)
                for (name, data) in [
                    ("model.safetensors", first.files["model.safetensors"] ?? Data()),
                    ("config.json", Data("{\"a\": 2}\n".utf8)), ("mine.txt", Data("mine".utf8)),
                ] {
                    try data.write(to: URL(filePath: root.appending(name).string))
                }
                let ended = try await second.get(pinned)
                #expect(ended.status == .exited(0), "\(ended)")
                #expect(ended.errors.contains("are there already and verified"), "\(ended)")
                #expect(ended.errors.contains("1 file has other data"), "\(ended)")
                var expected = first.expected()
                expected["tiny/mine.txt"] = Data("mine".utf8)
                #expect(second.arrived == expected)
            }
        }
    }

    @Test("A torrent whose files have other data than the Hub says is not used")
    func liar() async throws {
        let first = try RepositoryAtHub()
        try await first.serving { _, first in
            // Somebody publishes files of the same names and sizes.
            let lie = try first.folder.make("lie")
            for (path, data) in first.files {
                let file = lie.appending("tiny").pushing(FilePath(path))
                try FileManager.default.createDirectory(
                    atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
                try Data(data.map { ~$0 }).write(to: URL(filePath: file.string))
            }
            let published = try await first.overlay.pierdat(
                "publish", "--canonical", lie.appending("tiny").string)
            let hash = try #require(published.output.firstMatch(of: /urn:btih:(\w+)/)?.1)
            try await RunningProcess.with(first.overlay.command("pierdatd")) { daemon in
                let line = try await daemon.line(containing: "listening on port")
                let port = try #require(line.split(separator: " ").last)
                let second = try next(first, peer: "127.0.0.1:\(port)")
                let uri =
                    "hf://\(RepositoryAtHub.name)@\(RepositoryAtHub.commit)#xt=urn:btih:\(hash)"
                let ended = try await second.get(uri)
                #expect(ended.status == .exited(0), "\(ended)")
                #expect(ended.errors.contains("other data than the manifest"), "\(ended)")
                #expect(second.arrived == first.expected())
                #expect(try second.overlay.seedLines.count == 1)
                #expect(try !second.overlay.seedLines.joined().contains(hash))
                let state = second.overlay.prefix.appending("var/lib/pierdat")
                #expect(!FileManager.default.fileExists(atPath: "\(state)/\(hash).torrent"))
            }
        }
    }

    @Test("A pinned URI works when the Hub is gone")
    func gone() async throws {
        let first = try RepositoryAtHub()
        try await first.serving { _, first in
            try await seeding(first) { pinned, peer in
                var second = try next(first, peer: peer)
                second.overlay.environment["HF_ENDPOINT"] = "http://127.0.0.1:1"
                let ended = try await second.get(pinned)
                #expect(ended.status == .exited(0), "\(ended)")
                #expect(ended.errors.contains("with the torrent of the URI alone"), "\(ended)")
                #expect(second.arrived == first.expected())
                #expect(try second.overlay.seedLines.count == 1)
            }
        }
    }
}
