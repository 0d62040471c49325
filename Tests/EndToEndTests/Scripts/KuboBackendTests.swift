import Foundation
import Glibc
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("Backend kubo", .timeLimit(.minutes(3)))
struct KuboBackendTests {
    @Test(
        "A file from a node of IPFS is seeded by BitTorrent and in IPFS, and the space for both is told before",
        arguments: Aria2BackendTests.shells)
    func file(shell: [String]) async throws {
        let given = try await ContentOnIPFS.file(bytes: 3 << 20).withKubo()
        _ = try given.overlay.withScripts(runBy: shell)
        try await given.served { node, cid in
            let ended = try await given.kubo("ipfs://\(cid)", from: node.peer)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(try given.isComplete(as: cid))
            let told = try #require(ended.errors.range(of: "will be on disk twice"), "\(ended)")
            let got = try #require(ended.errors.range(of: "Saving file(s)"), "\(ended)")
            #expect(told.lowerBound < got.lowerBound, "\(ended)")
            #expect(!ended.errors.contains("warning"), "\(ended)")
            let lines = try given.overlay.seedLines
            let state = given.overlay.prefix.appending("var/lib/pierdat")
            #expect(lines.count == 2)
            #expect(lines.first?.hasPrefix("pierdat-seed-bittorrent \(state)/") == true)
            #expect(lines.last == "pierdat-seed-kubo \(state)/kubo")
            // Nothing names this machine's node.
            let left = try FileManager.default.contentsOfDirectory(atPath: "\(state)/kubo")
            #expect(left.sorted() == ["blocks", "roots"])
        }
    }

    @Test("A folder, and a file in it by its path, arrive under their names")
    func paths() async throws {
        let given = try await ContentOnIPFS.folder().withKubo()
        try await given.served { node, cid in
            var ended = try await given.kubo("ipfs://\(cid)#name=data", from: node.peer)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(try given.isComplete(as: "data"))
            ended = try await given.kubo("/ipfs/\(cid)/small%20é", from: node.peer)
            #expect(ended.status == .exited(0), "\(ended)")
            let file = given.destination.appending("small é").string
            #expect(FileManager.default.contents(atPath: file)?.count == 5)
            ended = try await given.kubo("ipfs://\(cid)/sub/none", from: node.peer)
            #expect(ended.status == .exited(66), "\(ended)")
            #expect(ended.errors.contains("the folder has no such file"), "\(ended)")
        }
    }

    @Test("A container's node pins the data and sends it to another node, and keeps its name")
    func seeded() async throws {
        let given = try await ContentOnIPFS.folder().withKubo()
        let cid = try await given.served { node, cid in
            let ended = try await given.kubo("ipfs://\(cid)", from: node.peer)
            #expect(ended.status == .exited(0), "\(ended)")
            return cid
        }
        let port = try FreePort.any()
        var seeding = given.overlay
        seeding.environment["PIERDAT_KUBO_CONFIG"] = try given.settings([], port: port)
        seeding.environment["PIERDAT_STATE"] = given.folder.path.appending("state").string
        var names: Set<String> = []
        for name in ["one", "two"] {
            let next = try await ContentOnIPFS.folder().withKubo()
            let id = try await RunningProcess.with(seeding.command("pierdatd")) { daemon in
                _ = try await daemon.line(containing: "pinned \(cid) recursively")
                let id = try given.nameOfNode(in: "state")
                let peer = IPFSPeer(id: id, address: "/ip4/127.0.0.1/tcp/\(port)")
                let ended = try await next.kubo("ipfs://\(cid)#name=\(name)", from: peer)
                #expect(ended.status == .exited(0), "\(ended)")
                return id
            }.value
            names.insert(id)
            #expect(try next.isComplete(as: name))
        }
        #expect(names.count == 1)
    }

    @Test(
        "A second download gets the data from the blocks, without a network, and notices damaged ones"
    )
    func present() async throws {
        let given = try await ContentOnIPFS.file(bytes: 3 << 20).withKubo()
        try await given.served { node, cid in
            var ended = try await given.kubo("ipfs://\(cid)", from: node.peer)
            #expect(ended.status == .exited(0), "\(ended)")
            try FileManager.default.removeItem(atPath: given.destination.string)
            ended = try await given.kubo("ipfs://\(cid)")
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(!ended.errors.contains("searching"), "\(ended)")
            #expect(try given.isComplete(as: cid))
            try FileManager.default.removeItem(atPath: given.destination.string)
            let block = try #require(given.blocks.max { $0.value.size < $1.value.size }?.key)
            try FileAtOrigin.data(given.blocks[block]?.size ?? 0, seed: 1).write(
                to: URL(filePath: block))
            ended = try await given.kubo("ipfs://\(cid)", from: node.peer)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(ended.errors.contains("are damaged, and are downloaded again"), "\(ended)")
            #expect(try given.isComplete(as: cid))
        }
        #expect(try given.overlay.seedLines.count == 2)
    }

    @Test(
        "SIGTERM ends a download at once, though Kubo ignores it, and after SIGKILL, too, only the rest is downloaded",
        arguments: [SIGTERM, SIGKILL])
    func interrupted(signal: Int32) async throws {
        let given = try await ContentOnIPFS.file(bytes: 150 << 20).withKubo()
        try await given.served { node, cid in
            let command = try given.overlay(knowing: [node.peer]).command(
                "pierdat", "--backend", "kubo", "ipfs://\(cid)", given.destination.string)
            try await RunningProcess.with(command) { process in
                try await Patience.until { given.blocks.count > 40 ? () : nil }
                try process.send(signal)
                try await process.end()
            }
            let kept = given.blocks
            #expect(kept.count > 40)
            #expect(try given.overlay.seedLines.isEmpty)
            let ended = try await given.kubo("ipfs://\(cid)", from: node.peer)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(try given.isComplete(as: cid))
            // The same files, which were moved.
            let numbers = Set(given.blocks.values.map(\.number))
            #expect(kept.values.allSatisfy { numbers.contains($0.number) })
        }
    }

    @Test(
        "Without a node that has the data, the stall timeout and the time limit end the download",
        arguments: ["--stall-timeout", "--timeout"])
    func silent(option: String) async throws {
        let given = try await ContentOnIPFS.file(bytes: 1).withKubo()
        let cid = "QmZw1SWb7pxCmjYBaYhHz7RJsDP4DrXMp4E1qZLkuhqGz8"
        let ended = try await given.overlay(knowing: []).pierdat(
            option, "3", "--backend", "kubo", "ipfs://\(cid)", given.destination.string)
        #expect(ended.status == .exited(124), "\(ended)")
        #expect(try given.overlay.seedLines.isEmpty)
        let left = try? FileManager.default.contentsOfDirectory(atPath: given.destination.string)
        #expect(left ?? [] == [])
    }

    @Test(
        "With --all-backends, data from a gateway is on disk once for BitTorrent, and seeded in IPFS, too"
    )
    func allBackends() async throws {
        let given = try await ContentOnIPFS.folder().withKubo()
        try await given.served { node, cid in
            var overlay = try given.overlay(knowing: [node.peer])
            overlay.environment["PIERDAT_IPFS_GATEWAYS"] = node.gateway()
            let ended = try await overlay.pierdat(
                "--all-backends", "ipfs://\(cid)", given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(try given.isComplete(as: cid))
            let programs = try given.overlay.seedLines.map { $0.split(separator: " ")[0] }
            #expect(programs == ["pierdat-seed-bittorrent", "pierdat-seed-kubo"])
        }
    }

    @Test(
        "A seeder that cannot keep the policy or the upload limit, or write anything, says so and ends with 64",
        arguments: ["PIERDAT_DENY", "PIERDAT_UPLOAD_LIMIT", "TMPDIR"])
    func refused(variable: String) async throws {
        let given = try await ContentOnIPFS.file(bytes: 1).withKubo()
        var overlay = given.overlay
        overlay.environment[variable] =
            ["TMPDIR": "/proc", "PIERDAT_DENY": "::/0"][variable] ?? "1M"
        let ended = try await overlay.command("pierdat-seed-kubo", "/nowhere").run()
        #expect(ended.status == .exited(64), "\(ended)")
        let words = variable == "TMPDIR" ? "PIERDAT_STATE" : variable
        #expect(ended.errors.contains(words), "\(ended)")
    }

    @Test("A setting that Kubo does not know ends a download with 64, and is named")
    func settings() async throws {
        let given = try await ContentOnIPFS.file(bytes: 1).withKubo()
        var overlay = given.overlay
        let file = given.folder.path.appending("wrong")
        try "Addresses.Swarm [oops\n".write(toFile: file.string, atomically: true, encoding: .utf8)
        overlay.environment["PIERDAT_KUBO_CONFIG"] = file.string
        let ended = try await overlay.pierdat(
            "--backend", "kubo", "/ipfs/QmZw1SWb7pxCmjYBaYhHz7RJsDP4DrXMp4E1qZLkuhqGz8",
            given.destination.string)
        #expect(ended.status == .exited(64), "\(ended)")
        #expect(ended.errors.contains("Addresses.Swarm"), "\(ended)")
    }
}

extension ContentOnIPFS {
    /// The same with a program `ipfs` on `PATH`.
    func withKubo() async throws -> Self {
        var given = self
        let programs = try folder.make("programs")
        try await KuboProgram.install(in: programs)
        given.overlay.environment["PATH"] = "\(programs):/usr/bin:/bin"
        return given
    }

    /// The path of a file with settings for nodes that only know the given ones.
    func settings(_ peers: [IPFSPeer], port: UInt16 = 0) throws -> String {
        let file = folder.path.appending("settings \(port)").string
        try KuboProgram.settings(peers, port: port)
            .write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }

    /// The overlay with nodes that only know the given ones.
    func overlay(knowing peers: [IPFSPeer]) throws -> Overlay {
        var overlay = overlay
        overlay.environment["PIERDAT_KUBO_CONFIG"] = try settings(peers)
        return overlay
    }

    /// Runs `pierdat` with the backend kubo, whose node only knows the given ones.
    func kubo(_ uri: String, from peers: IPFSPeer...) async throws -> Ended {
        try await overlay(knowing: peers)
            .pierdat("--backend", "kubo", uri, destination.string)
    }

    /// The name of the node whose repository is below the test's folder.
    func nameOfNode(in state: String) throws -> String {
        let state = folder.path.appending(state)
        let names = try FileManager.default.contentsOfDirectory(atPath: state.string)
        let node = try #require(names.first { $0.hasPrefix("kubo-") })
        let file = state.appending(node).appending("config")
        let settings = try String(contentsOfFile: file.string, encoding: .utf8)
        let found = settings.firstMatch(of: /"PeerID": *"([0-9A-Za-z]+)"/)
        return String(try #require(found, "\(settings)").1)
    }

    /// The blocks in the state folder and in the folder of an interrupted download, by path.
    var blocks: [String: (size: Int, number: Int)] {
        let roots = [overlay.prefix.appending("var/lib/pierdat/kubo"), destination].map(\.string)
        var found: [String: (size: Int, number: Int)] = [:]
        for root in roots {
            let names = (try? FileManager.default.subpathsOfDirectory(atPath: root)) ?? []
            for name in names where name.hasSuffix(".data") {
                let values = try? FileManager.default.attributesOfItem(atPath: "\(root)/\(name)")
                guard let size = values?[.size] as? Int,
                    let number = values?[.systemFileNumber] as? Int
                else { continue }
                found["\(root)/\(name)"] = (size, number)
            }
        }
        return found
    }
}
