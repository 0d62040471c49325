/// The hash of a torrent's info dictionary, which names the torrent: SHA-1 (BEP 3) or SHA-256 (BEP 52).
public enum InfoHash: Hashable, Sendable, CustomStringConvertible {
    case v1([UInt8])
    case v2([UInt8])

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
