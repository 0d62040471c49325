/// The hash of a torrent's info dictionary, which identifies the torrent: SHA-1 (BEP 3) or SHA-256
/// (BEP 52).
public enum InfoHash: Hashable, Sendable, CustomStringConvertible {
    case v1([UInt8])
    case v2([UInt8])

    /// Parses the format of `description`. nil for any other text.
    init?(description text: some StringProtocol) {
        guard !text.utf8.contains(where: { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 }),
            let hash = InfoHash(v1: text) ?? InfoHash(v2: text), text.utf8.count != 32
        else { return nil }
        self = hash
    }

    /// Parses 40 hexadecimal or 32 base32 (RFC 4648) digits in either case. nil for any other text.
    init?(v1 text: some StringProtocol) {
        let bytes = text.utf8.count == 40 ? Self.hexadecimal(text) : Self.base32(text)
        guard let bytes, bytes.count == 20 else { return nil }
        self = .v1(bytes)
    }

    /// Parses 64 hexadecimal digits in either case. nil for any other text.
    init?(v2 text: some StringProtocol) {
        guard let bytes = Self.hexadecimal(text), bytes.count == 32 else { return nil }
        self = .v2(bytes)
    }

    private static func hexadecimal(_ text: some StringProtocol) -> [UInt8]? {
        bytes(of: text, bitsADigit: 4) { digit in
            digit.isHexadecimal ? UInt8(digit.hexDigitValue ?? 0) : nil
        }
    }

    private static func base32(_ text: some StringProtocol) -> [UInt8]? {
        bytes(of: text, bitsADigit: 5) { digit in
            switch digit.asciiValue {
            case let letter? where digit.isLetter: (letter | 0x20) - UInt8(ascii: "a")
            case let number? where "2"..."7" ~= digit: number - UInt8(ascii: "2") + 26
            default: nil
            }
        }
    }

    /// nil if a digit is invalid or bits are left over.
    private static func bytes(
        of text: some StringProtocol, bitsADigit: Int, _ value: (Character) -> UInt8?
    ) -> [UInt8]? {
        guard text.utf8.count <= 64 else { return nil }
        var bytes: [UInt8] = []
        var (bits, count): (UInt32, Int) = (0, 0)
        for digit in text {
            guard let value = value(digit) else { return nil }
            bits = bits << bitsADigit | UInt32(value)
            count += bitsADigit
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        return count == 0 ? bytes : nil
    }

    /// 20 bytes for v1, 32 for v2.
    var bytes: [UInt8] {
        switch self {
        case .v1(let bytes), .v2(let bytes): bytes
        }
    }

    /// Lowercase hexadecimal.
    public var description: String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }
}
