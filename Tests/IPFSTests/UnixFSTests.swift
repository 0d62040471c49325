import Foundation
import Testing

@testable import IPFS

@Suite("UnixFS")
struct UnixFSTests {
    private func node(_ hex: String) throws -> UnixFSNode {
        try UnixFSNode(bytes(hex), CID(.dagPB, sha256: [UInt8](repeating: 0, count: 32)))
    }

    private func bytes(_ hex: String) throws -> [UInt8] {
        try #require(Multibase.base16.decoded(hex.filter { $0 != " " }))
    }

    @Test("Blocks of a real node are read as what they are")
    func kinds() throws {
        guard case .file(let file) = try node("0a0b 0802 1205 68656c6c6f 1805") else {
            throw Unexpected()
        }
        #expect(Array(file.data) == Array("hello".utf8))
        #expect(file.parts.isEmpty && file.size == 5)
        guard case .file(let empty) = try node("0a04 0802 1800") else { throw Unexpected() }
        #expect(empty.size == 0)
        guard case .folder(let links) = try node("0a02 0801") else { throw Unexpected() }
        #expect(links.isEmpty)
        guard case .link = try node("0a05 0804 1201 61") else { throw Unexpected() }
    }

    @Test("The block of a file is made again from its data, as real nodes make it")
    func leaves() throws {
        for (data, cid) in [
            ("hello", "QmWfVY9y3xjsixTgbd9AorQxH7VtMpzfx2HaWtsoUYecaX"),
            ("", "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH"),
            ("hello world", "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"),
        ] {
            let cid = try CID(cid)
            Array(data.utf8).withUnsafeBytes { #expect(LeafForm.matches($0, cid)) }
            Array("\(data)!".utf8).withUnsafeBytes { #expect(!LeafForm.matches($0, cid)) }
        }
    }

    @Test("A file has parts of known sizes that add up to its own")
    func parts() throws {
        let leaf = "0155 1220" + String(repeating: "ab", count: 32)
        let link = "122a 0a24\(leaf) 1200 1803"
        guard case .file(let file) = try node("\(link)\(link) 0a08 0802 1806 2003 2003")
        else { throw Unexpected() }
        #expect(file.size == 6 && file.parts.map(\.size) == [3, 3])
        for bad in [
            // Another size, one size for two parts, and a part without data.
            "\(link)\(link) 0a08 0802 1807 2003 2003", "\(link)\(link) 0a06 0802 1803 2003",
            "\(link) 0a06 0802 1800 2000",
        ] {
            #expect(throws: BlockError.self) { try node(bad) }
        }
    }

    @Test(
        "What is not a node of UnixFS is refused",
        arguments: [
            "0a", "0a00", "0aff", "0a02 0801 0a02 0801", "1a00", "0a02 0807", "0a02 0803",
            "1200 0a02 0801", "1205 0a03 010203 0a02 0801", "0a03 0a0108", "08ffffffffffffffffff01",
        ])
    func refused(hex: String) throws {
        #expect(throws: BlockError.self) { try node(hex) }
    }

    @Test("Parts of a file that are numbered in one field are read, too")
    func packed() throws {
        let leaf = "0155 1220" + String(repeating: "ab", count: 32)
        let link = "1228 0a24\(leaf) 1200"
        guard case .file(let file) = try node("\(link) 0a05 0802 2201 03") else {
            throw Unexpected()
        }
        #expect(file.size == 3)
    }
}

struct Unexpected: Error {}

@Suite("Sharded folders")
struct HAMTTests {
    @Test(
        "A name has the place that a real node gives it",
        arguments: [
            ("file-number-with-a-name-3188", 0x0b), ("file-number-with-a-name-2963", 0x0d),
            ("file-number-with-a-name-470", 0x15), ("file-number-with-a-name-4481", 0xeb),
        ])
    func places(name: String, place: Int) throws {
        // The node at place 0 of the root.
        let position = try #require(HAMTPosition().below(0, bits: 8))
        #expect(HAMTPosition().place(of: name, bits: 8) == 0)
        #expect(position.place(of: name, bits: 8) == place)
        let other = try #require(HAMTPosition().below(1, bits: 8))
        #expect(other.place(of: name, bits: 8) == nil)
    }

    @Test("A node that a real node made has its entries at their places")
    func real() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Fuzz/corpus/dag-pb/shard")
        let block = try Array(Data(contentsOf: path))
        let cid = CID(.dagPB, sha256: [UInt8](repeating: 0, count: 32))
        guard case .shard(let shard) = try UnixFSNode(block, cid) else { throw Unexpected() }
        #expect(shard.bits == 8 && shard.children.count == 26)
        let position = try #require(HAMTPosition().below(0, bits: 8))
        for (place, child) in shard.children {
            guard case .entry(let link) = child else { throw Unexpected() }
            #expect(position.place(of: link.name, bits: 8) == place)
        }
        // Without one bit of the bit field.
        var damaged = block
        let kind = try #require(damaged.firstRange(of: [0x08, 0x05, 0x12].map(UInt8.init)))
        damaged[kind.upperBound + Int(damaged[kind.upperBound])] ^= 1
        #expect(throws: BlockError.self) { try UnixFSNode(damaged, cid) }
    }

    @Test("A hash has no place below its last bit")
    func depth() throws {
        var position = HAMTPosition()
        for _ in 0..<7 { position = try #require(position.below(0, bits: 8)) }
        #expect(position.below(0, bits: 8) == nil)
    }
}
