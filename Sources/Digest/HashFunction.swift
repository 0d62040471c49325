import CDigest

/// A cryptographic hash function (FIPS 180-4, RFC 1321).
public enum HashFunction: String, Sendable {
    /// Only for origins that know nothing better: different data with the same MD5 is easily made.
    case md5
    /// Only for formats that need it: different data with the same SHA-1 can be made.
    case sha1
    case sha256
    case sha512

    /// The length of a digest in bytes.
    public var length: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha256: 32
        case .sha512: 64
        }
    }

    var value: pierdat_digest_algorithm {
        switch self {
        case .md5: PIERDAT_MD5
        case .sha1: PIERDAT_SHA1
        case .sha256: PIERDAT_SHA256
        case .sha512: PIERDAT_SHA512
        }
    }

    /// The digest that `hex` writes in hexadecimal digits, in either case. nil if that is not one.
    public func bytes(hex: some StringProtocol) -> [UInt8]? {
        let digits = Array(hex.utf8)
        guard digits.count == 2 * length else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.value(of: digits[index]),
                let low = Self.value(of: digits[index + 1])
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
