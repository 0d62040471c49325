/// The hash of a torrent's info dictionary, which names the torrent: SHA-1 (BEP 3) or SHA-256 (BEP 52).
public enum InfoHash: Hashable, Sendable, CustomStringConvertible {
    case v1([UInt8])
    case v2([UInt8])

    /// Reads what `description` tells; nil for all else.
    init?(description text: some StringProtocol) {
        let digits = Array(text.utf8)
        guard digits.count == 40 || digits.count == 64,
            digits.allSatisfy({ Self.hexadecimal.contains($0) })
        else { return nil }
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
        }
        self = bytes.count == 20 ? .v1(bytes) : .v2(bytes)
    }

    private static let hexadecimal = Set("0123456789abcdef".utf8)

    /// Lowercase hexadecimal.
    public var description: String {
        let bytes =
            switch self {
            case .v1(let bytes), .v2(let bytes): bytes
            }
        return bytes.map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }
}
