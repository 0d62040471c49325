/// Text for bytes in one of several bases (multiformats "multibase"), as far as CIDs are written in them.
enum Multibase: Character, CaseIterable {
    case base16 = "f"
    case base16Upper = "F"
    case base32 = "b"
    case base32Upper = "B"
    case base36 = "k"
    case base36Upper = "K"
    case base58 = "z"

    /// Longer texts are not decoded: a conversion from a base that is not a power of two takes quadratic time.
    private static let longest = 4096

    /// Decodes a text whose first character names the base. nil if it is malformed.
    static func decoded(_ text: some StringProtocol) -> [UInt8]? {
        guard let first = text.first, let base = Multibase(rawValue: first) else { return nil }
        return base.decoded(text.dropFirst())
    }

    /// Decodes a text without the character that names the base. nil if it is malformed.
    func decoded(_ text: some StringProtocol) -> [UInt8]? {
        guard !text.isEmpty, text.utf8.count <= Self.longest else { return nil }
        let alphabet = Array(alphabet.utf8)
        var digits: [UInt8] = []
        for byte in text.utf8 {
            guard let digit = alphabet.firstIndex(of: byte) else { return nil }
            digits.append(UInt8(digit))
        }
        return switch bits {
        case let bits?: Self.joined(digits, bits: bits)
        case nil: Self.converted(digits, from: alphabet.count, to: 256)
        }
    }

    /// The text with the character that names the base.
    func encoded(_ bytes: [UInt8]) -> String {
        let digits =
            bits.map { Self.split(bytes, bits: $0) }
            ?? Self.converted(bytes, from: 256, to: alphabet.utf8.count)
        let alphabet = Array(alphabet.utf8)
        return String(rawValue) + String(decoding: digits.map { alphabet[Int($0)] }, as: UTF8.self)
    }

    private var alphabet: String {
        switch self {
        case .base16: "0123456789abcdef"
        case .base16Upper: "0123456789ABCDEF"
        case .base32: "abcdefghijklmnopqrstuvwxyz234567"
        case .base32Upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
        case .base36: "0123456789abcdefghijklmnopqrstuvwxyz"
        case .base36Upper: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        case .base58: "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
        }
    }

    /// The bits of a digit. nil if the base is not a power of two.
    private var bits: Int? {
        switch self {
        case .base16, .base16Upper: 4
        case .base32, .base32Upper: 5
        case .base36, .base36Upper, .base58: nil
        }
    }
}

extension Multibase {
    /// nil if bits are left over that are not zero, or that make a whole digit.
    private static func joined(_ digits: [UInt8], bits: Int) -> [UInt8]? {
        var (bytes, buffer, held) = ([UInt8](), 0, 0)
        for digit in digits {
            buffer = buffer << bits | Int(digit)
            held += bits
            if held >= 8 {
                held -= 8
                bytes.append(UInt8(buffer >> held))
                buffer &= 1 << held - 1
            }
        }
        return held < bits && buffer == 0 ? bytes : nil
    }

    private static func split(_ bytes: [UInt8], bits: Int) -> [UInt8] {
        var (digits, buffer, held) = ([UInt8](), 0, 0)
        for byte in bytes {
            buffer = buffer << 8 | Int(byte)
            held += 8
            while held >= bits {
                held -= bits
                digits.append(UInt8(buffer >> held))
                buffer &= 1 << held - 1
            }
        }
        return held == 0 ? digits : digits + [UInt8(buffer << (bits - held))]
    }

    /// The same number in another base. Leading zeros stay as many.
    private static func converted(_ digits: [UInt8], from: Int, to: Int) -> [UInt8] {
        let zeros = digits.prefix { $0 == 0 }
        var result: [UInt8] = []
        for digit in digits.dropFirst(zeros.count) {
            var carry = Int(digit)
            for index in result.indices {
                carry += Int(result[index]) * from
                result[index] = UInt8(carry % to)
                carry /= to
            }
            while carry > 0 {
                result.append(UInt8(carry % to))
                carry /= to
            }
        }
        return zeros.map { _ in 0 } + result.reversed()
    }
}
