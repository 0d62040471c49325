/// A node of a folder whose entries are spread over a tree by the hashes of their names (HAMT).
struct HAMTShard: Sendable {
    enum Child: Equatable, Sendable {
        /// Another node of the same folder.
        case shard(CID)
        /// An entry, whose link has the name without the prefix.
        case entry(DagPBNode.Link)
    }

    /// By their places in the node.
    private(set) var children: [Int: Child] = [:]
    /// The bits of the hash that choose the place.
    let bits: Int
    /// What everything below the node takes, in bytes, as its author says.
    let totalSize: Int64

    /// The blocks below it.
    var cids: [CID] {
        children.values.map { child in
            switch child {
            case .shard(let cid): cid
            case .entry(let link): link.cid
            }
        }
    }

    /// The function that all programs use: murmur3-x64-64.
    private static let hashType: UInt64 = 0x22
    private static let widest: UInt64 = 1 << 10

    init(_ data: UnixFSData, _ links: [DagPBNode.Link]) throws(BlockError) {
        guard data.hashType == Self.hashType else {
            throw .unsupported("it is a sharded folder with an unknown hash function")
        }
        guard let fanout = data.fanout, (8...Self.widest).contains(fanout),
            fanout.nonzeroBitCount == 1
        else { throw .malformed("a sharded folder has an impossible width") }
        bits = fanout.trailingZeroBitCount
        totalSize = links.totalSize
        let width = String(fanout - 1, radix: 16).utf8.count
        for link in links { try add(link, prefixed: width, within: Int(fanout)) }
        guard Self.places(data.data) == Set(children.keys) else {
            throw .malformed("the bit field of a sharded folder is not that of its links")
        }
    }

    private mutating func add(
        _ link: DagPBNode.Link, prefixed width: Int, within fanout: Int
    ) throws(BlockError) {
        let prefix = link.name.utf8.prefix(width)
        guard prefix.count == width, let place = Self.place(prefix), place < fanout,
            let rest = String(validating: link.name.utf8.dropFirst(width), as: UTF8.self)
        else { throw .malformed("an entry of a sharded folder has no place") }
        let child: Child =
            rest.isEmpty
            ? .shard(link.cid)
            : .entry(DagPBNode.Link(cid: link.cid, name: rest, totalSize: link.totalSize))
        guard children.updateValue(child, forKey: place) == nil else {
            throw .malformed("two entries of a sharded folder have the same place")
        }
    }

    /// Upper case digits, as the specification says.
    private static func place(_ digits: Substring.UTF8View) -> Int? {
        var place = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): place = place << 4 | Int(digit - 48)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): place = place << 4 | Int(digit - 55)
            default: return nil
            }
        }
        return place
    }

    /// The numbers of the bits that are set. The field is a number, most significant byte first.
    private static func places(_ field: ArraySlice<UInt8>) -> Set<Int> {
        var places: Set<Int> = []
        for (index, byte) in field.reversed().enumerated().prefix(Int(widest)) {
            for bit in 0..<8 where byte >> bit & 1 == 1 { places.insert(index * 8 + bit) }
        }
        return places
    }
}

/// The places on the way from the root of a sharded folder to one of its nodes.
struct HAMTPosition: Equatable, Sendable {
    /// The bits of the hash that the way has used.
    private(set) var used = 0
    /// Their value.
    private(set) var prefix: UInt64 = 0

    /// The root.
    init() {}

    /// The position below the place. nil if the hash has no bits for another level.
    func below(_ place: Int, bits: Int) -> HAMTPosition? {
        guard used + bits < UInt64.bitWidth else { return nil }
        var position = self
        position.used += bits
        position.prefix = prefix << UInt64(bits) | UInt64(place)
        return position
    }

    /// The place of a name in the node at this position, which uses `bits` bits. nil if the name belongs elsewhere, or
    /// the hash has no bits for it.
    func place(of name: String, bits: Int) -> Int? {
        guard used + bits <= UInt64.bitWidth else { return nil }
        let hash = MurmurHash3.hash64(Array(name.utf8))
        guard used == 0 || hash >> UInt64(UInt64.bitWidth - used) == prefix else { return nil }
        return Int((hash << UInt64(used)) >> UInt64(UInt64.bitWidth - bits))
    }
}
