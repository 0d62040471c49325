/// How long the pieces of a torrent are: long enough that a large torrent's metadata stays small,
/// short enough that a small one is spread over many peers.
public enum PieceLength {
    /// The shortest and the longest that is chosen, in bytes.
    static let range = (1 << 14)...(1 << 24)

    /// In bytes, for data of `size` bytes: the power of two that gives about a thousand pieces.
    public static func chosen(forSize size: Int64) -> Int {
        var length = range.lowerBound
        while length < range.upperBound, size / Int64(length) > 1400 { length *= 2 }
        return length
    }
}
