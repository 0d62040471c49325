import Glibc

/// Splits a stream of bytes into lines. Buffers at most one line of the maximum length.
struct LineSplitter {
    /// The maximum length in bytes. The rest of a longer line is dropped.
    static let longestLine = 16_384

    private var partial: [UInt8] = []
    private var isCut = false

    /// Takes more bytes and calls `body` with each complete line, without its newline.
    mutating func take(_ bytes: UnsafeRawBufferPointer, _ body: (ArraySlice<UInt8>) -> Void) {
        var rest = bytes
        while let start = rest.baseAddress, let end = memchr(start, 10, rest.count) {
            let length = UnsafeRawPointer(end) - start
            append(UnsafeRawBufferPointer(rebasing: rest[..<length]))
            finish(body)
            rest = UnsafeRawBufferPointer(rebasing: rest[(length + 1)...])
        }
        append(rest)
    }

    /// Ends the stream. Passes on a last line without newline.
    mutating func end(_ body: (ArraySlice<UInt8>) -> Void) {
        if !partial.isEmpty { finish(body) }
    }

    private mutating func append(_ bytes: UnsafeRawBufferPointer) {
        let room = Self.longestLine - partial.count
        partial.append(contentsOf: bytes.prefix(room))
        if bytes.count > room { isCut = true }
    }

    private mutating func finish(_ body: (ArraySlice<UInt8>) -> Void) {
        if isCut { partial += " [cut]".utf8 }
        body(partial[...])
        partial.removeAll(keepingCapacity: partial.capacity <= 1024)
        isCut = false
    }
}
