/// The message in the data of a dag-pb node that makes it a file or a folder (the UnixFS specification).
struct UnixFSData: Sendable {
    enum Kind: UInt64 {
        /// The data of a file without its metadata.
        case raw
        case folder
        case file
        /// Metadata of a file, which no program writes any more.
        case metadata
        case link
        /// A folder whose entries are spread over many nodes (``HAMTShard``).
        case shard
    }

    let kind: Kind
    private(set) var data: ArraySlice<UInt8> = []
    private(set) var fileSize: UInt64?
    private(set) var blockSizes: [UInt64] = []
    private(set) var hashType: UInt64?
    private(set) var fanout: UInt64?

    /// Fields that are unknown or carry a mode or a time are ignored.
    init(_ message: ArraySlice<UInt8>) throws(BlockError) {
        var reader = ProtobufReader(message)
        var kind: UInt64?
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (1, .number(let value)): kind = value
            case (2, .bytes(let bytes)): data = bytes
            case (3, .number(let value)): fileSize = value
            case (4, .number(let value)): blockSizes.append(value)
            case (4, .bytes(let packed)): blockSizes += try Self.numbers(in: packed)
            case (5, .number(let value)): hashType = value
            case (6, .number(let value)): fanout = value
            case (1...6, _): throw .malformed("a field of UnixFS has another type")
            default: break
            }
        }
        guard let kind else { throw .malformed("it is not UnixFS: it has no type") }
        guard let known = Kind(rawValue: kind) else {
            throw .unsupported("it is UnixFS of the unknown type \(kind)")
        }
        self.kind = known
    }

    private static func numbers(
        in packed: ArraySlice<UInt8>
    ) throws(BlockError) -> [UInt64] {
        var (rest, numbers) = (packed, [UInt64]())
        while !rest.isEmpty {
            guard let value = Varint.take(from: &rest) else {
                throw .malformed("a size is truncated")
            }
            numbers.append(value)
        }
        return numbers
    }
}
