/// The hash function that spreads the entries of a sharded folder (multihash murmur3-x64-64). Not cryptographic.
enum MurmurHash3 {
    private static let first: UInt64 = 0x87c3_7b91_1142_53d5
    private static let second: UInt64 = 0x4cf5_ad43_2745_937f

    /// The first 64 bits of MurmurHash3_x64_128 with seed 0.
    static func hash64(_ bytes: [UInt8]) -> UInt64 {
        var (h1, h2) = (UInt64(0), UInt64(0))
        var rest = bytes[...]
        while rest.count >= 16 {
            h1 ^= mixedFirst(word(rest.prefix(8)))
            h1 = (rotated(h1, 27) &+ h2) &* 5 &+ 0x52dc_e729
            h2 ^= mixedSecond(word(rest.dropFirst(8).prefix(8)))
            h2 = (rotated(h2, 31) &+ h1) &* 5 &+ 0x3849_5ab5
            rest = rest.dropFirst(16)
        }
        if rest.count > 8 { h2 ^= mixedSecond(word(rest.dropFirst(8))) }
        if !rest.isEmpty { h1 ^= mixedFirst(word(rest.prefix(8))) }
        h1 ^= UInt64(bytes.count)
        h2 ^= UInt64(bytes.count)
        h1 = h1 &+ h2
        h2 = h2 &+ h1
        return finished(h1) &+ finished(h2)
    }

    /// Little-endian.
    private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func mixedFirst(_ word: UInt64) -> UInt64 {
        rotated(word &* first, 31) &* second
    }

    private static func mixedSecond(_ word: UInt64) -> UInt64 {
        rotated(word &* second, 33) &* first
    }

    private static func rotated(_ value: UInt64, _ bits: UInt64) -> UInt64 {
        value << bits | value >> (64 - bits)
    }

    private static func finished(_ hash: UInt64) -> UInt64 {
        var hash = hash
        hash = (hash ^ hash >> 33) &* 0xff51_afd7_ed55_8ccd
        hash = (hash ^ hash >> 33) &* 0xc4ce_b9fe_1a85_ec53
        return hash ^ hash >> 33
    }
}
