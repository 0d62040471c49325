/// Unsigned numbers of variable length (multiformats "unsigned-varint"; protocol buffers use the same bytes).
enum Varint {
    /// The most bytes of a number.
    private static let longest = 9

    /// Takes a number from the beginning of `bytes`. nil if there is none of at most 63 bits, or it is longer than
    /// necessary.
    static func take(from bytes: inout ArraySlice<UInt8>) -> UInt64? {
        var (value, count) = (UInt64(0), 0)
        while let byte = bytes.popFirst() {
            value |= UInt64(byte & 0x7f) << (7 * UInt64(count))
            count += 1
            if byte < 0x80 { return byte == 0 && count > 1 ? nil : value }
            guard count < longest else { return nil }
        }
        return nil
    }

    /// The bytes of a number.
    static func encoded(_ number: UInt64) -> [UInt8] {
        var (rest, bytes) = (number, [UInt8]())
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}
