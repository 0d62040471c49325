/// Reads the blocks of a CAR archive of version 1 while its bytes arrive.
struct CARReader {
    /// Bytes of a section that is not complete.
    private var rest: [UInt8] = []
    private var hasHeader = false

    private static let longestHeader = 64 << 10
    private static let longestSection = BlockRequest.longest + 256
    private static let longestVarint = 9
    /// `"version": 1` in CBOR.
    private static let version: [UInt8] = [0x67] + Array("version".utf8) + [1]

    /// True if the archive may end here.
    var isComplete: Bool { hasHeader && rest.isEmpty }

    /// Adds bytes, and passes each block that is complete to `take`, which returns false to end. Leaves out blocks of kinds
    /// that are not supported. The blocks are not verified.
    mutating func add(
        _ bytes: some Sequence<UInt8>, _ take: (CID, ArraySlice<UInt8>) -> Bool
    ) throws(BlockError) {
        rest.append(contentsOf: bytes)
        var unread = rest[...]
        while let section = try Self.section(from: &unread, hasHeader) {
            guard hasHeader else {
                guard section.contains(Self.version) else {
                    throw .malformed("it is no CAR archive of version 1")
                }
                hasHeader = true
                continue
            }
            var data = section
            do throws(CIDError) {
                let cid = try CID(from: &data)
                guard take(cid, data) else { return }
            } catch {
                if error == .malformed {
                    throw .malformed("a block of the archive has no CID")
                }
            }
        }
        if unread.count < rest.count { rest = Array(unread) }
    }

    /// Takes the next section. nil if it is not complete.
    private static func section(
        from bytes: inout ArraySlice<UInt8>, _ hasHeader: Bool
    ) throws(BlockError) -> ArraySlice<UInt8>? {
        var section = bytes
        guard let length = Varint.take(from: &section) else {
            guard bytes.count < longestVarint else {
                throw .malformed("the archive has a malformed length")
            }
            return nil
        }
        guard length > 0, length <= (hasHeader ? longestSection : longestHeader) else {
            throw .malformed("a section of the archive has \(length) bytes")
        }
        guard section.count >= length else { return nil }
        bytes = section.dropFirst(Int(length))
        return section.prefix(Int(length))
    }
}

extension ArraySlice<UInt8> {
    fileprivate func contains(_ part: [UInt8]) -> Bool {
        indices.contains { self[$0...].starts(with: part) }
    }
}
