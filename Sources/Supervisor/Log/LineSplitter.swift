import Glibc

/// Cuts a stream of bytes into lines. What is held back is never more than the longest line.
struct LineSplitter {
    /// A longer line is cut, and its rest dropped.
    static let longestLine = 16_384

    private var partial: [UInt8] = []
    private var isCut = false

    /// Takes more bytes; calls `body` with each line that is complete, without its newline.
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

    /// The stream is at its end: a last line may lack its newline.
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
