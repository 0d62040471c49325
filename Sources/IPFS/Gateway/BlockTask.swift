import SystemPackage

/// A block that is wanted, and what it is for.
struct BlockTask: Sendable {
    enum Purpose: Sendable {
        /// A node on the way to the names, with the position in a sharded folder.
        case path(ArraySlice<String>, HAMTPosition)
        /// The file or folder at a path of the data, which may be there already. `existing` is the file that has its
        /// name.
        case entry(FilePath, existing: TargetFile?)
        /// A further node of a sharded folder.
        case shard(FilePath, HAMTPosition)
        case part(FilePart)
        /// All blocks of the folder at the path at once, so that they need not be requested one by one.
        case archive(FilePath, UnixFSNode)
    }

    let cid: CID
    let purpose: Purpose
    /// The numbers of the gateways that do not have the block.
    var lacking: Set<Int> = []

    var isArchive: Bool { if case .archive = purpose { true } else { false } }

    init(_ cid: CID, _ purpose: Purpose) {
        self.cid = cid
        self.purpose = purpose
    }
}

/// A part of a file.
struct FilePart: Sendable {
    /// The number of the file.
    let file: Int
    /// The attempt at the file to which the part belongs.
    let round: Int
    let target: TargetFile
    let offset: Int64
    let size: Int64
    /// The number of nodes above.
    let depth: Int
}

/// What has become of a ``BlockTask``.
enum BlockOutcome: Sendable {
    /// The block has arrived, with its size in bytes. If it is part of a file, its data is written.
    case node(UnixFSNode, received: Int64)
    /// The bytes of the block are on disk already.
    case present(Int64)
    /// A file that is only read has other bytes.
    case differs
    /// The block is right, and cannot be used.
    case unusable(BlockError)
    case storage(FilePath, Errno)
    case failed(GatewayFailure)
    /// The blocks of the archive are in the cache.
    case archived
}
