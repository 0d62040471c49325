import CLibtorrent

/// Data compressed with gzip: RFC 1952.
enum Gzip {
    /// True if `bytes` start with the gzip magic number.
    static func isOne(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

    /// Decompresses up to `limit` bytes. `isWhole` is false if there was more. Throws if the data
    /// is damaged.
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

    /// Why the data cannot be decompressed, as a message for the user.
    struct Damage: Error {
        let reason: String
    }
}
