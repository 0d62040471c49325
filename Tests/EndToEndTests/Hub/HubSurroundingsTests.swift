import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Earlier downloads, token files and endless lists of the Hub", .timeLimit(.minutes(3)))
struct HubSurroundingsTests {
    @Test("What a killed download of another commit has left does not become part of the data")
    func leftovers() async throws {
        let given = try RepositoryAtHub()
        let next = [
            "config.json": Data("{\"a\": 2}\n".utf8), "new.txt": Data("new".utf8),
            "model.safetensors": FileAtOrigin.data(9 << 20, seed: 8),
        ]
        for (path, data) in next { try given.add(path, data, at: RepositoryAtHub.otherCommit) }
        try await given.serving { server, given in
            var slow = given.overlay
            slow.environment["PIERDAT_DOWNLOAD_LIMIT"] = "1M"
            let get = slow.command(
                "pierdat", "hf://\(RepositoryAtHub.name)", given.destination.string)
            try await RunningProcess.with(get) { process in
                try await server.answered("model.safetensors?sig")
                try await Patience.until { given.arrived["tiny/config.json"] == nil ? nil : () }
                try process.kill()
                try await process.end()
            }
            let uri = "hf://\(RepositoryAtHub.name)@\(RepositoryAtHub.otherCommit)"
            let ended = try await given.get(uri)
            #expect(ended.status == .exited(0), "\(ended)")
            for (path, data) in next { #expect(given.arrived["tiny/\(path)"] == data) }
            let fresh = try await given.overlay.pierdat(
                uri, given.folder.path.appending("fresh").string)
            #expect(fresh.status == .exited(0), "\(fresh)")
            let hash = { (ended: Ended) in ended.errors.firstMatch(of: /urn:btih:(\w+)/)?.1 }
            #expect(hash(ended) != nil && hash(ended) == hash(fresh))
            #expect(try given.overlay.seedLines.count == 2)
        }
    }

    @Test("A token file that cannot be used is reported, and one that is missing is no error")
    func tokenFile() async throws {
        let given = try RepositoryAtHub()
        let long = given.folder.path.appending("long")
        try Data(repeating: UInt8(ascii: "x"), count: 5000).write(to: URL(filePath: long.string))
        try await given.serving { _, given in
            for (path, status) in [
                (given.folder.path, Int32(64)), (long, 64),
                (given.folder.path.appending("no-file"), 0),
            ] {
                var given = given
                given.overlay.environment["HF_TOKEN_PATH"] = path.string
                let ended = try await given.get("hf://\(RepositoryAtHub.name)")
                #expect(ended.status == .exited(status), "\(ended)")
                #expect(ended.errors.contains("HF_TOKEN_PATH") == (status == 64), "\(ended)")
            }
        }
    }

    @Test("A list of files without end is refused before it fills the memory")
    func endlessList() async throws {
        let start = try RepositoryAtHub()
        let path = "/api/models/\(RepositoryAtHub.name)/tree/\(RepositoryAtHub.commit)"
        let filler = String(repeating: "x", count: 15 << 20)
        let oid = String(repeating: "0", count: 40)
        let entry = """
            {"type": "file", "path": "a", "size": 1, "oid": "\(oid)", "x": "\(filler)"}
            """
        let page = Data("[\(entry)]".utf8)
        try await ScriptedServer.serving(in: start.folder.path) { server in
            var given = start
            given.overlay.environment["HF_ENDPOINT"] = "http://127.0.0.1:\(server.port)"
            try server.answer([
                path: .init(page, fields: ["Link": "<\(path)?cursor=1>; rel=\"next\""])
            ])
            let ended = try await given.get(
                "hf://\(RepositoryAtHub.name)@\(RepositoryAtHub.commit)")
            #expect(ended.status == .exited(65), "\(ended)")
            #expect(ended.errors.contains("too long altogether"), "\(ended)")
            // 256 MiB.
            #expect(await server.requests.count == 18)
        }
    }
}
