/// A node of a file: its first bytes, and links to the parts that follow.
struct FileNode: Sendable {
    struct Part: Sendable {
        let cid: CID
        /// In bytes, at least one.
        let size: Int64
    }

    /// The bytes that precede the parts.
    let data: ArraySlice<UInt8>
    let parts: [Part]
    /// Of all bytes.
    let size: Int64

    /// More than any program writes, so that what waits to be fetched stays small.
    private static let mostParts = 1 << 14

    /// A block that is only data.
    init(leaf data: ArraySlice<UInt8>) {
        self.data = data
        parts = []
        size = Int64(data.count)
    }

    init(_ node: UnixFSData, _ links: [DagPBNode.Link]) throws(BlockError) {
        guard links.count == node.blockSizes.count else {
            throw .malformed("a file has \(links.count) parts and \(node.blockSizes.count) sizes")
        }
        guard links.count <= Self.mostParts else {
            throw .unsupported("it is a file with more than \(Self.mostParts) parts in one block")
        }
        data = node.data
        var (parts, total) = ([Part](), Int64(node.data.count))
        for (link, size) in zip(links, node.blockSizes) {
            // A part without data would make a file of any number of blocks.
            guard let size = Int64(exactly: size), size > 0 else {
                throw .malformed("a part of a file has no size")
            }
            let (sum, isTooLarge) = total.addingReportingOverflow(size)
            guard !isTooLarge else { throw .malformed("the size of a file is too large") }
            total = sum
            parts.append(Part(cid: link.cid, size: size))
        }
        self.parts = parts
        size = total
        guard node.fileSize.map({ $0 == UInt64(total) }) ?? true else {
            throw .malformed("the size of a file is not that of its parts")
        }
    }
}
