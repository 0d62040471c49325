import Testing

@testable import BitTorrent

@Suite("Piece length")
struct PieceLengthTests {
    private static let kibibyte: Int64 = 1 << 10
    private static let mebibyte: Int64 = 1 << 20

    /// The table in docs/canonical-torrent.md. A change here changes the info-hashes of all data.
    private static let limits: [(size: Int64, length: Int64)] = [
        (22_953_984, 16 * kibibyte), (45_907_968, 32 * kibibyte), (91_815_936, 64 * kibibyte),
        (183_631_872, 128 * kibibyte), (367_263_744, 256 * kibibyte),
        (734_527_488, 512 * kibibyte), (1_469_054_976, mebibyte), (2_938_109_952, 2 * mebibyte),
        (5_876_219_904, 4 * mebibyte), (11_752_439_808, 8 * mebibyte),
    ]

    @Test("The piece length doubles exactly at the documented sizes", arguments: limits)
    func doubling(size: Int64, length: Int64) {
        #expect(PieceLength.chosen(forSize: size - 1) == Int(length))
        #expect(PieceLength.chosen(forSize: size) == Int(2 * length))
    }

    @Test("No piece is shorter than 16 KiB or longer than 16 MiB", arguments: [1, 16_384, 1 << 50])
    func bounds(size: Int64) {
        #expect(PieceLength.chosen(forSize: size) == (size == 1 << 50 ? 1 << 24 : 1 << 14))
    }
}
