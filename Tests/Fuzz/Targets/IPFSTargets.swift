import BitTorrent

@testable import IPFS

extension FuzzTarget {
    /// A CID as text and in binary form: what is read is written so that it is read again.
    static let cid = FuzzTarget("cid") { bytes throws(BrokenPromise) in
        let text = String(decoding: bytes, as: UTF8.self)
        let found = [try? CID(text), try? CID(bytes: bytes[...])].compactMap(\.self)
        for cid in found {
            try BrokenPromise.unless((try? CID(cid.description)) == cid, "the text of \(cid)")
            try BrokenPromise.unless(
                (try? CID(bytes: cid.bytes[...])) == cid, "the bytes of \(cid)")
            try BrokenPromise.unless(cid.multihash.digest.count <= 1024, "\(cid) is too long")
        }
    }

    /// A CAR archive: in whatever parts it arrives, its blocks are the same, and none is larger than the archive.
    static let car = FuzzTarget("car") { bytes throws(BrokenPromise) in
        let whole = blocks(in: [bytes[...]])
        let parts = blocks(in: bytes.indices.map { bytes[$0...$0] })
        try BrokenPromise.unless(whole.blocks == parts.blocks, "the parts have other blocks")
        try BrokenPromise.unless(whole.isComplete == parts.isComplete, "the end is another one")
        let size = whole.blocks.reduce(0) { $0 + $1.count }
        try BrokenPromise.unless(size <= bytes.count, "the blocks are larger than the archive")
    }

    private static func blocks(
        in parts: [ArraySlice<UInt8>]
    ) -> (blocks: [[UInt8]], isComplete: Bool) {
        var (reader, blocks) = (CARReader(), [[UInt8]]())
        for part in parts {
            do throws(BlockError) {
                try reader.add(part) { cid, block in
                    blocks.append(cid.bytes + block)
                    return true
                }
            } catch {
                return (blocks, false)
            }
        }
        return (blocks, reader.isComplete)
    }

    /// A block of UnixFS: sizes add up, parts have data, entries of a shard have a place.
    static let dagPB = FuzzTarget("dag-pb") { bytes throws(BrokenPromise) in
        let cid = CID(.dagPB, sha256: [UInt8](repeating: 0, count: 32))
        switch try? UnixFSNode(bytes, cid) {
        case .file(let file):
            let sum = file.parts.reduce(Int64(file.data.count)) { $0 + $1.size }
            try BrokenPromise.unless(sum == file.size, "the parts of \(file.size) have \(sum)")
            try BrokenPromise.unless(file.parts.allSatisfy { $0.size > 0 }, "an empty part")
        case .shard(let shard):
            let places = shard.children.keys
            try BrokenPromise.unless(
                places.allSatisfy { $0 >= 0 && $0 >> shard.bits == 0 }, "an impossible place")
        case .folder(let links):
            var tree = ContentTree()
            guard let paths = try? tree.paths(of: links.map(\.name), in: "") else { return }
            for path in paths {
                try BrokenPromise.unless(
                    path.isRelative && path.components.count == 1
                        && path.components.first?.kind == .regular, "\(path) leaves the folder")
            }
        case .link, nil: break
        }
    }

    /// A URI of IPFS: its names stay in DEST.
    static let ipfsURI = FuzzTarget("ipfs-uri") { bytes throws(BrokenPromise) in
        guard let uri = try? IPFSURI(String(decoding: bytes, as: UTF8.self)) else { return }
        for name in uri.path + [uri.name] {
            let isFit = !name.text.contains("/") && !["", ".", ".."].contains(name.text)
            try BrokenPromise.unless(isFit, "the name is '\(name)'")
        }
        guard let gateway = uri.gateway, let url = try? gateway.url(of: uri.cid) else { return }
        try BrokenPromise.unless(
            url.path == "/ipfs/\(uri.cid)", "the block is requested at \(url.path)")
    }
}
