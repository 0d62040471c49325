import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Download from IPFS", .timeLimit(.minutes(3)))
struct IPFSDownloadTests {
    @Test(
        "A file in many blocks arrives byte for byte and is recorded",
        arguments: [IPFSNode.Form.standard, .rawLeaves])
    func file(form: IPFSNode.Form) async throws {
        let given = try ContentOnIPFS.file(form)
        try await given.served { node, cid in
            let ended = try await given.get("ipfs://\(cid)", from: node.gateway())
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(try given.isComplete(as: cid))
            let line = try #require(try given.overlay.seedLines.first)
            #expect(line.hasPrefix("pierdat-seed-bittorrent "), "\(line)")
            #expect(line.hasSuffix(" \(given.destination)"), "\(line)")
            let requests = await node.requests
            #expect(requests.allSatisfy { $0.accept == "application/vnd.ipld.raw" })
            // Each block once: 200 leaves, two nodes above them, and the root.
            #expect(requests.count == 203 && Set(requests.map(\.cid)).count == 203)
        }
    }

    @Test("What a container seeds is the data of the CID")
    func seeded() async throws {
        let given = try ContentOnIPFS.folder()
        try await given.served { node, cid in
            let ended = try await given.get("ipfs://\(cid)#name=data", from: node.gateway())
            #expect(ended.status == .exited(0), "\(ended)")
        }
        let line = try #require(try given.overlay.seedLines.first)
        let torrent = try #require(line.split(separator: " ").dropFirst().first.map(String.init))
        let next = try ContentOnIPFS.folder()
        try await RunningProcess.with(given.overlay.command("pierdatd")) { daemon in
            let port = try await daemon.line(containing: "listening on port")
                .split(separator: " ").last.map(String.init)
            var overlay = next.overlay
            overlay.environment["PIERDAT_PEERS"] = "127.0.0.1:\(port ?? "")"
            let got = try await overlay.pierdat(torrent, next.destination.string)
            #expect(got.status == .exited(0), "\(got)")
        }
        #expect(try next.isComplete(as: "data"))
    }

    @Test("A folder, a folder in it and a file in it arrive by their paths, under their names")
    func paths() async throws {
        let given = try ContentOnIPFS.folder()
        try await given.served { node, cid in
            var ended = try await given.get("ipfs://\(cid)", from: node.gateway())
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(try given.isComplete(as: cid))
            for (path, name) in [
                ("sub", "sub"), ("sub/deep/file", "file"), ("small%20é", "small é"),
            ] {
                ended = try await given.get("/ipfs/\(cid)/\(path)", from: node.gateway())
                #expect(ended.status == .exited(0), "\(ended)")
                let place = given.destination.appending(name).string
                #expect(FileManager.default.fileExists(atPath: place))
            }
            ended = try await given.get("ipfs://\(cid)/sub/none", from: node.gateway())
            #expect(ended.status == .exited(66), "\(ended)")
            #expect(ended.errors.contains("the folder has no 'none'"), "\(ended)")
            ended = try await given.get("ipfs://\(cid)/large/none", from: node.gateway())
            #expect(ended.status == .exited(66), "\(ended)")
        }
    }

    private static let filler = String(repeating: "-", count: 150)

    @Test(
        "A folder of thousands of entries, which the node has sharded, arrives, and so does one of its files"
    )
    func sharded() async throws {
        let given = try ContentOnIPFS.folder { path in
            // More than 256 KiB of links.
            for number in 0..<1500 {
                let name = "an entry with a long name \(number)" + Self.filler
                try Data("\(number)".utf8).write(to: URL(filePath: path.appending(name).string))
            }
        }
        try await given.served { node, cid in
            var ended = try await given.get("ipfs://\(cid)", from: node.gateway())
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(try given.isComplete(as: cid))
            let path = "an%20entry%20with%20a%20long%20name%201211" + Self.filler
            ended = try await given.get("ipfs://\(cid)/\(path)#name=one", from: node.gateway())
            #expect(ended.status == .exited(0), "\(ended)")
            let one = try Data(contentsOf: URL(filePath: given.destination.appending("one").string))
            #expect(one == Data("1211".utf8))
            ended = try await given.get("ipfs://\(cid)/an%20entry", from: node.gateway())
            #expect(ended.status == .exited(66), "\(ended)")
        }
    }

    @Test("The URL of a file on a gateway is enough, whether the CID is in its path or in its host")
    func urls() async throws {
        let given = try ContentOnIPFS.file(bytes: 1000, .rawLeaves)
        try await given.served { node, cid in
            var ended = try await given.get("\(node.gateway())ipfs/\(cid)?filename=one")
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(try given.isComplete(as: "one"))
            let host = "http://\(cid).ipfs.127.0.0.1:\(node.port)/"
            ended = try await given.get(host + "#name=two")
            #expect(ended.status == .exited(0), "\(ended)")
        }
    }

    @Test("Data that is there already is verified without a download, and damage is repaired")
    func present() async throws {
        let given = try ContentOnIPFS.file()
        try await given.served { node, cid in
            var ended = try await given.get("ipfs://\(cid)", from: node.gateway())
            #expect(ended.status == .exited(0), "\(ended)")
            let first = await node.requests.count
            ended = try await given.get("ipfs://\(cid)", from: node.gateway())
            #expect(ended.status == .exited(0), "\(ended)")
            // The root and the nodes below it.
            #expect(await node.requests.count == first + 3)
            let place = given.destination.appending(cid).string
            let handle = try #require(FileHandle(forUpdatingAtPath: place))
            try handle.seek(toOffset: 30 << 20)
            try handle.write(contentsOf: Data("damage".utf8))
            try handle.close()
            let verified = try await given.overlay(asking: [node.gateway()])
                .pierdat("seed", "ipfs://\(cid)", place)
            #expect(verified.status == .exited(65), "\(verified)")
            ended = try await given.get("ipfs://\(cid)", from: node.gateway())
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(ended.errors.contains("has other data and will be replaced"), "\(ended)")
            #expect(try given.isComplete(as: cid))
        }
    }

    @Test("pierdat seed verifies existing data and records it")
    func seed() async throws {
        let given = try ContentOnIPFS.folder()
        try await given.served { node, cid in
            let ended = try await given.overlay(asking: [node.gateway()])
                .pierdat("seed", "ipfs://\(cid)#name=data", given.path.string)
            #expect(ended.status == .exited(0), "\(ended)")
            let line = try #require(try given.overlay.seedLines.first)
            #expect(line.hasSuffix(" \(given.folder.path)"), "\(line)")
            let missing = given.path.appending("sub/deep/file").string
            try FileManager.default.removeItem(atPath: missing)
            let again = try await given.overlay(asking: [node.gateway()])
                .pierdat("seed", "ipfs://\(cid)#name=data", given.path.string)
            #expect(again.status == .exited(65), "\(again)")
        }
    }

    @Test("Of a folder, --select gets only the files that match")
    func selection() async throws {
        let given = try ContentOnIPFS.folder()
        try await given.served { node, cid in
            var ended = try await given.get(
                "ipfs://\(cid)#name=data", from: node.gateway(), options: ["--select", "deep"])
            #expect(ended.status == .exited(0), "\(ended)")
            let files = try FileManager.default.subpathsOfDirectory(
                atPath: given.destination.appending("data").string)
            #expect(files.sorted() == ["sub", "sub/deep", "sub/deep/file"])
            ended = try await given.get(
                "ipfs://\(cid)#name=data", from: node.gateway(), options: ["--select", "*.bin"])
            #expect(ended.status == .exited(65), "\(ended)")
            #expect(ended.errors.contains("no file matches '*.bin'"), "\(ended)")
        }
    }

    @Test("The digest of a file is verified besides its CID")
    func digest() async throws {
        let given = try ContentOnIPFS.file(bytes: 1000)
        let right = FileAtOrigin.digest(of: FileAtOrigin.data(1000, seed: 3))
        try await given.served { node, cid in
            let wrong = String(repeating: "0", count: 64)
            var ended = try await given.get("ipfs://\(cid)#sha256=\(wrong)", from: node.gateway())
            #expect(ended.status == .exited(65), "\(ended)")
            #expect(!FileManager.default.fileExists(atPath: given.destination.string))
            ended = try await given.get(
                "ipfs://\(cid)", from: node.gateway(), options: ["--checksum", "\(right)"])
            #expect(ended.status == .exited(0), "\(ended)")
        }
    }

    @Test(
        "A link is left out by its name, and nothing outside DEST is written through a link in it")
    func links() async throws {
        let given = try ContentOnIPFS.folder { path in
            try ContentOnIPFS.write(5, to: path.appending("file"))
            try FileManager.default.createSymbolicLink(
                atPath: path.appending("link").string, withDestinationPath: "/etc")
        }
        let outside = try given.folder.make("outside")
        try await given.served { node, cid in
            var ended = try await given.get("ipfs://\(cid)#name=a", from: node.gateway())
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(ended.errors.contains("the symbolic link link is left out"), "\(ended)")
            try FileManager.default.createSymbolicLink(
                atPath: given.destination.appending("b").string,
                withDestinationPath: outside.string)
            ended = try await given.get("ipfs://\(cid)#name=b", from: node.gateway())
            #expect(ended.status == .exited(73), "\(ended)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: outside.string) == [])
            ended = try await given.get("ipfs://\(cid)/link", from: node.gateway())
            #expect(ended.status == .exited(65), "\(ended)")
        }
    }

    @Test("Something else in the folder is named, because it would be seeded with the data")
    func foreign() async throws {
        let given = try ContentOnIPFS.folder()
        try await given.served { node, cid in
            let place = given.destination.appending("data")
            try FileManager.default.createDirectory(
                atPath: place.string, withIntermediateDirectories: true)
            try Data().write(to: URL(filePath: place.appending("mine").string))
            let ended = try await given.get("ipfs://\(cid)#name=data", from: node.gateway())
            #expect(ended.status == .exited(73), "\(ended)")
            #expect(ended.errors.contains("mine is not part of the data"), "\(ended)")
        }
        #expect(try given.overlay.seedLines.isEmpty)
    }
}
