import Foundation
import Glibc
import PeerFixtures
import SystemPackage
import Testing

@Suite("IPFS gateways that fail", .timeLimit(.minutes(3)))
struct IPFSFailureTests {
    @Test(
        "A gateway that sends something else is put aside with a reason, and another has the data",
        arguments: [
            ("wrong=1", "it sent other data than that of"),
            ("extra=1", "it sent other data than that of"),
            ("page=1", "it sent a web page"), ("endless=1", "it sent more than a block can have"),
            ("encode=1", "it used the content encoding br"), ("status=403", "it answered 403"),
            ("status=504&retry=0", "it did not find the block in time"),
            ("status=429&retry=60", "It limits how often"),
            ("missing=1&after=3", "it does not have the block"), ("cut=1&after=5", "truncated"),
            ("redirect=http://127.0.0.1:1/", "cannot connect"),
        ])
    func bad(behaviour: String, words: String) async throws {
        let given = try ContentOnIPFS.file(bytes: 3 << 20)
        try await given.served { node, cid in
            let ended = try await given.get(
                "ipfs://\(cid)", from: node.gateway(behaviour), node.gateway())
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(ended.errors.contains(words), "\(ended)")
            #expect(try given.isComplete(as: cid))
        }
    }

    @Test("A gateway that is too busy for a while is asked again")
    func busy() async throws {
        let given = try ContentOnIPFS.file(bytes: 3 << 20)
        try await given.served { node, cid in
            let ended = try await given.get(
                "ipfs://\(cid)", from: node.gateway("status=503&times=3"))
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(try given.isComplete(as: cid))
        }
    }

    @Test("A redirect to another gateway is followed")
    func redirect() async throws {
        let given = try ContentOnIPFS.file(bytes: 3 << 20)
        try await given.served { node, cid in
            let ended = try await given.get(
                "ipfs://\(cid)", from: node.gateway("redirect=\(node.gateway())"))
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(try given.isComplete(as: cid))
        }
    }

    @Test(
        "If no gateway has a block, the download fails and names each reason, and nothing is recorded"
    )
    func missing() async throws {
        let given = try ContentOnIPFS.file(bytes: 3 << 20)
        try await given.served { node, cid in
            let ended = try await given.get(
                "ipfs://\(cid)", from: node.gateway("missing=1&after=4"), node.gateway("page=1"))
            #expect(ended.status == .exited(69), "\(ended)")
            #expect(ended.errors.contains("no gateway has the block"), "\(ended)")
            #expect(ended.errors.contains("it does not have the block"), "\(ended)")
            #expect(ended.errors.contains("it sent a web page"), "\(ended)")
            // The blocks so far are kept.
            let again = try await given.get("ipfs://\(cid)", from: node.gateway())
            #expect(again.status == .exited(0), "\(again)")
            #expect(try given.isComplete(as: cid))
        }
    }

    @Test("The URL of a gateway is never downloaded without verification")
    func unverified() async throws {
        let given = try ContentOnIPFS.file(bytes: 1000)
        try await given.served { node, cid in
            let ended = try await given.get("\(node.gateway())ipfs/\(cid)?page=1")
            #expect(ended.status == .exited(69), "\(ended)")
            #expect(!ended.errors.contains("the URL has no digest"), "\(ended)")
            // The download has removed its empty folder.
            #expect(!FileManager.default.fileExists(atPath: given.destination.string))
        }
    }

    @Test(
        "A few blocks that expand to exabytes do not fit, which is told before they are downloaded")
    func fileBomb() async throws {
        let given = try ContentOnIPFS.file(bytes: 1, .fileBomb)
        try await given.served { node, cid in
            let ended = try await given.get("ipfs://\(cid)", from: node.gateway())
            #expect(ended.status == .exited(80), "\(ended)")
            #expect(await node.requests.count == 1)
        }
    }

    @Test("A few blocks that expand to a billion entries are refused")
    func folderBomb() async throws {
        let given = try ContentOnIPFS.file(bytes: 1, .folderBomb)
        try await given.served { node, cid in
            let ended = try await given.get("ipfs://\(cid)", from: node.gateway())
            #expect(ended.status == .exited(65), "\(ended)")
            #expect(ended.errors.contains("more than 200000 entries"), "\(ended)")
        }
    }

    @Test("A few blocks that expand to nodes without end are refused")
    func shardBomb() async throws {
        let given = try ContentOnIPFS.file(bytes: 1, .shardBomb)
        try await given.served { node, cid in
            let ended = try await given.get("ipfs://\(cid)", from: node.gateway())
            #expect(ended.status == .exited(65), "\(ended)")
            #expect(ended.errors.contains("more than 200000 nodes"), "\(ended)")
        }
    }

    @Test(
        "A folder with an entry that would leave it, or with two of one name, is refused, and nothing is written",
        arguments: ["../outside", "..", "a/b", "", ".pad", "tab\there", "same\nsame", "/abs"])
    func names(names: String) async throws {
        var given = try ContentOnIPFS.file(bytes: 1)
        given.form = .entries
        try Data(names.utf8).write(to: URL(filePath: given.path.string))
        let content = given
        try await given.served { node, cid in
            let ended = try await content.get("ipfs://\(cid)#name=data", from: node.gateway())
            #expect(ended.status == .exited(65), "\(ended)")
            let left = try FileManager.default.subpathsOfDirectory(
                atPath: content.destination.string)
            #expect(left.allSatisfy { $0 == "data" }, "\(left)")
        }
    }

    @Test("SIGTERM ends a download, and the same command gets only what is missing")
    func interrupted() async throws {
        let given = try ContentOnIPFS.file()
        try await given.served { node, cid in
            let get = given.overlay(asking: [node.gateway("rate=1000000&after=20")])
                .command("pierdat", "ipfs://\(cid)", given.destination.string)
            let (said, status) = try await RunningProcess.with(get) { process in
                try await Patience.until { await node.requests.count > 40 ? () : nil }
                let start = ContinuousClock.now
                try process.send(SIGTERM)
                try await process.end()
                #expect(ContinuousClock.now - start < .seconds(10))
                return await process.output
            }
            #expect(status == .exited(128 + SIGTERM), "\(said)")
            #expect(said.contains("The data is kept"), "\(said)")
            let before = Set(await node.requests.map(\.cid))
            let count = await node.requests.count
            let ended = try await given.get("ipfs://\(cid)", from: node.gateway())
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(try given.isComplete(as: cid))
            let repeated = await node.requests.dropFirst(count).filter { before.contains($0.cid) }
            // The root, the nodes below it, and what was under way.
            #expect(repeated.count <= 3 + 8, "\(repeated)")
        }
    }

    @Test("A low rate limit is no reason to call a gateway silent")
    func lowRate() async throws {
        // Each of 8 requests waits for the others, the last one for more than a minute.
        let given = try ContentOnIPFS.folder { path in
            for number in 0..<8 {
                try ContentOnIPFS.write(17_000 + number, to: path.appending("\(number)"))
            }
        }
        try await given.served { node, cid in
            var overlay = given.overlay(asking: [node.gateway()])
            overlay.environment["PIERDAT_DOWNLOAD_LIMIT"] = "2000"
            let ended = try await overlay.pierdat(
                "ipfs://\(cid)#name=data", given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(!ended.errors.contains("warning"), "\(ended)")
            #expect(await node.requests.count == 9)
            #expect(try given.isComplete(as: "data"))
        }
    }

    @Test("A silent gateway ends with the stall timeout, and the message names the setting")
    func silent() async throws {
        let given = try ContentOnIPFS.file(bytes: 1000)
        try await given.served { node, cid in
            let ended = try await given.get(
                "ipfs://\(cid)", from: node.gateway("silent=1"), options: ["--stall-timeout", "2"])
            #expect(ended.status == .exited(124), "\(ended)")
            #expect(ended.errors.contains("--stall-timeout"), "\(ended)")
        }
    }

    @Test(
        "The policy of addresses holds for gateways, and a token goes only to those that the user named"
    )
    func policy() async throws {
        var given = try ContentOnIPFS.file(bytes: 1000)
        let header = given.folder.path.appending("header")
        try Data("X-Token: secret\n".utf8).write(to: URL(filePath: header.string))
        given.overlay.environment["PIERDAT_HTTP_HEADER_FILE"] = header.string
        let denying = {
            var given = $0
            given.overlay.environment["PIERDAT_DENY"] = "127.0.0.0/8"
            return given
        }(given)
        let content = given
        try await given.served { node, cid in
            var ended = try await denying.get("ipfs://\(cid)", from: node.gateway())
            #expect(ended.status == .exited(69), "\(ended)")
            #expect(ended.errors.contains("PIERDAT_DENY"), "\(ended)")
            #expect(await node.requests.isEmpty)
            ended = try await content.get("ipfs://\(cid)", from: node.gateway())
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(await node.requests.allSatisfy { $0.token == "secret" })
        }
    }

    @Test(
        "A URI that cannot be used is refused with the reason",
        arguments: [
            ("ipns://docs.example", "Resolve the name"), ("ipfs://QmX", "this is not a CID"),
            ("ipfs://bafyreidon73zkcrwdb5iafqtijxildoonbwnpv7dyd6ef3qdgads2jc4su", "0x71"),
        ])
    func refused(uri: String, words: String) async throws {
        let given = try ContentOnIPFS.file(bytes: 1)
        let ended = try await given.get(uri)
        #expect(ended.status == .exited(65), "\(ended)")
        #expect(ended.errors.contains(words), "\(ended)")
    }
}
