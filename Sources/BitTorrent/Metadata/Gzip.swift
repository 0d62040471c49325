import CLibtorrent

/// Data that gzip has packed: RFC 1952.
enum Gzip {
    /// Whether `bytes` begin as such data does.
    static func isOne(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

    /// Unpacks up to `limit` bytes; `isWhole` tells whether that is all. Throws why it is impossible.
    static func unpacked(
        _ bytes: [UInt8], limit: Int
    ) throws(Damage) -> (bytes: [UInt8], isWhole: Bool) {
        var error = pierdat_error()
        var isWhole = false
        let result = pierdat_gunzip(bytes, bytes.count, limit, &isWhole, &error)
        defer { pierdat_bytes_free(result) }
        guard let data = result.data else { throw Damage(reason: error.text) }
        return (Array(UnsafeBufferPointer(start: data, count: result.length)), isWhole)
    }

    /// Why data cannot be unpacked, in words for the user.
    struct Damage: Error {
        let reason: String
    }
}
