import Digest

/// The digests of the pieces of a file. All pieces have the same length, except for a shorter last one.
struct PieceDigests: Equatable, Sendable {
    let function: HashFunction
    /// In bytes.
    let length: Int64
    let digests: [[UInt8]]

    /// nil if a digest has the wrong length, or a file of `size` bytes has another number of pieces.
    init?(_ function: HashFunction, length: Int64, digests: [[UInt8]], size: Int64?) {
        guard length >= 1 << 10, length <= 1 << 30, !digests.isEmpty,
            digests.allSatisfy({ $0.count == function.length }),
            digests.count < Int64.max / length
        else { return nil }
        if let size, Int64(digests.count) != (size + length - 1) / length { return nil }
        self.function = function
        self.length = length
        self.digests = digests
    }

    /// The bytes of a piece in a file of `size` bytes.
    func range(of piece: Int, in size: Int64) -> Range<Int64> {
        let start = Int64(piece) * length
        return start..<min(size, start + length)
    }

    /// The pieces that have bytes in `range`.
    func pieces(in range: Range<Int64>) -> Range<Int> {
        let last = Int((range.upperBound + length - 1) / length)
        return Int(range.lowerBound / length)..<min(last, digests.count)
    }
}
