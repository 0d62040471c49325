/// A node with named links (the IPLD codec dag-pb).
struct DagPBNode: Sendable {
    struct Link: Equatable, Sendable {
        let cid: CID
        /// Empty if it has none. Any text, which a stranger chose.
        let name: String
        /// What the node and everything below it take, in bytes, as its author says.
        let totalSize: Int64
    }

    /// In the order of the block.
    let links: [Link]
    /// The data of the node. nil if it has none.
    let data: ArraySlice<UInt8>?

    init(_ block: [UInt8]) throws(BlockError) {
        var reader = ProtobufReader(block[...])
        var (links, data) = ([Link](), ArraySlice<UInt8>?.none)
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let bytes)) where data == nil: data = bytes
            case (2, .bytes(let bytes)): links.append(try Self.link(bytes))
            default: throw .malformed("a dag-pb node has an unexpected field")
            }
        }
        self.links = links
        self.data = data
    }

    private static func link(_ message: ArraySlice<UInt8>) throws(BlockError) -> Link {
        var reader = ProtobufReader(message)
        var (hash, name, size) = (ArraySlice<UInt8>?.none, String?.none, UInt64?.none)
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let bytes)) where hash == nil: hash = bytes
            case (2, .bytes(let bytes)) where name == nil:
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    throw .malformed("the name of a link is not UTF-8")
                }
                name = text
            case (3, .number(let value)) where size == nil: size = value
            default: throw .malformed("a link has an unexpected field")
            }
        }
        guard let hash else { throw .malformed("a link has no CID") }
        do throws(CIDError) {
            return Link(
                cid: try CID(bytes: hash), name: name ?? "",
                totalSize: Int64(clamping: size ?? 0))
        } catch {
            throw .link(name ?? "", error)
        }
    }
}

extension [DagPBNode.Link] {
    /// What everything that the links name takes, in bytes, as its author says.
    var totalSize: Int64 { reduce(0) { $0.adding($1.totalSize) } }
}

extension Int64 {
    /// The sum, or the greatest number if it is greater.
    func adding(_ other: Int64) -> Int64 {
        let (sum, isTooLarge) = addingReportingOverflow(other)
        return isTooLarge ? .max : sum
    }
}
