/// Chooses the piece length of a torrent: long enough to keep the metadata of a large torrent
/// small, short enough to spread a small torrent over many peers.
public enum PieceLength {
    /// The shortest and longest piece length in bytes.
    static let range = (1 << 14)...(1 << 24)

    /// The piece length in bytes for data of `size` bytes: the power of two that gives about a
    /// thousand pieces. docs/canonical-torrent.md fixes it: another one changes all info-hashes.
    public static func chosen(forSize size: Int64) -> Int {
        var length = range.lowerBound
        while length < range.upperBound, size / Int64(length) > 1400 { length *= 2 }
        return length
    }
}
