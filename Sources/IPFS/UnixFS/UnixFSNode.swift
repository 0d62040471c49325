/// What a block of UnixFS is.
enum UnixFSNode: Sendable {
    /// A file or a part of one.
    case file(FileNode)
    /// A folder, with its entries in the order of the block.
    case folder([DagPBNode.Link])
    /// A part of a folder.
    case shard(HAMTShard)
    /// A symbolic link.
    case link

    /// Reads the block that `cid` names and that matches it.
    init(_ block: [UInt8], _ cid: CID) throws(BlockError) {
        switch cid.codec {
        case .raw: self = .file(FileNode(leaf: block[...]))
        case .dagPB:
            let node = try DagPBNode(block)
            guard let data = node.data else {
                throw .malformed("it is a dag-pb node without UnixFS")
            }
            try self.init(UnixFSData(data), node.links)
        }
    }

    private init(_ data: UnixFSData, _ links: [DagPBNode.Link]) throws(BlockError) {
        switch data.kind {
        case .raw, .file: self = .file(try FileNode(data, links))
        case .folder: self = .folder(links)
        case .shard: self = .shard(try HAMTShard(data, links))
        case .link: self = .link
        case .metadata: throw .unsupported("it is metadata of UnixFS, which is not supported")
        }
    }
}
