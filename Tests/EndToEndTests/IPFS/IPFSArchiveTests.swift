import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Folders of small files from IPFS", .timeLimit(.minutes(3)))
struct IPFSArchiveTests {
    private static func content(files: Int = 1000) throws -> ContentOnIPFS {
        try ContentOnIPFS.folder { path in
            for number in 0..<files {
                try ContentOnIPFS.write(900 + number, to: path.appending("\(number)"))
            }
            let below = path.appending("below")
            try FileManager.default.createDirectory(
                atPath: below.string, withIntermediateDirectories: true)
            for number in 0..<20 {
                try Data("\(number)".utf8).write(
                    to: URL(filePath: below.appending("\(number)").string))
            }
        }
    }

    @Test("A folder of 1000 small files takes two requests instead of 1022")
    func archive() async throws {
        let given = try Self.content()
        try await given.served { node, cid in
            let ended = try await given.get("ipfs://\(cid)", from: node.gateway())
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(try given.isComplete(as: cid))
            #expect(await node.requests.count == 1)
            let archives = await node.archives
            let accept = "application/vnd.ipld.car;version=1;order=dfs;dups=n"
            #expect(archives.map(\.accept) == [accept])
            #expect(archives.map(\.behaviour) == ["format=car&dag-scope=all"])
        }
    }

    @Test(
        "What an archive lacks or damages is requested as blocks, and what is superfluous is not written",
        arguments: [
            ("nocar=1", true), ("lacking=10", true), ("extra=1&only=car", false),
            ("wrong=1&only=car", true), ("page=1&only=car", true), ("cut=1&only=car", true),
            ("cycle=1", false), ("status=503&retry=0&only=car", true),
        ])
    func bad(behaviour: String, lacks: Bool) async throws {
        let given = try Self.content(files: 100)
        try await given.served { node, cid in
            let ended = try await given.get("ipfs://\(cid)", from: node.gateway(behaviour))
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(try given.isComplete(as: cid))
            // If the folder in it lacks blocks, its archive is requested as well.
            #expect(await (1...2).contains(node.archives.count))
            let count = await node.requests.count
            #expect(lacks ? count > 1 : count == 1, "\(count)")
        }
    }

    @Test("With a rate limit, a selection or some of the data, only single blocks are requested")
    func blocks() async throws {
        let given = try Self.content(files: 30)
        try await given.served { node, cid in
            var overlay = given.overlay(asking: [node.gateway()])
            let ended = try await overlay.pierdat(
                "--select", "1*", "ipfs://\(cid)#name=one", given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
            overlay.environment["PIERDAT_DOWNLOAD_LIMIT"] = "10M"
            for name in ["one", "two"] {
                let ended = try await overlay.pierdat(
                    "ipfs://\(cid)#name=\(name)", given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
            }
            #expect(await node.archives.isEmpty)
        }
    }
}
