/// The dag-pb block that the usual programs make of the data of a file, so that existing data can be verified without
/// the block.
enum LeafForm {
    /// True if `cid` is that of `data` in a block of its own, as raw bytes or in one of the forms of a UnixFS leaf.
    static func matches(_ data: UnsafeRawBufferPointer, _ cid: CID) -> Bool {
        switch cid.codec {
        case .raw: cid.multihash.matches(data)
        case .dagPB:
            [UnixFSData.Kind.file, .raw].contains { kind in
                let (head, tail) = frame(kind, count: data.count)
                return head.withUnsafeBytes { head in
                    tail.withUnsafeBytes { tail in cid.multihash.matches(head, data, tail) }
                }
            }
        }
    }

    /// What a dag-pb block has before and after `count` bytes of data.
    static func frame(_ kind: UnixFSData.Kind, count: Int) -> (head: [UInt8], tail: [UInt8]) {
        let length = Varint.encoded(UInt64(count))
        // An empty file has no data field.
        let start = [0x08, UInt8(kind.rawValue)] + (count == 0 ? [] : [0x12] + length)
        let tail = [0x18] + length
        return ([0x0a] + Varint.encoded(UInt64(start.count + count + tail.count)) + start, tail)
    }
}
