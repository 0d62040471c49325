/// Lenient decoding for magnet links, which come from all kinds of people and programs.
extension PercentEncoding {
    /// Decodes every valid escape and keeps a lone `%`. Replaces bytes that are not UTF-8.
    static func decodedLeniently(_ text: some StringProtocol) -> String {
        String(decoding: undone(text) { _ in true }, as: UTF8.self)
    }

    /// The same for a URL. If the bytes are not UTF-8, escapes of non-ASCII bytes stay.
    static func decodedURL(_ text: some StringProtocol) -> String {
        String(validating: undone(text) { _ in true }, as: UTF8.self)
            ?? String(decoding: undone(text) { $0 < 0x80 }, as: UTF8.self)
    }

    /// Percent-encodes everything except the unreserved characters of URIs (RFC 3986, 2.3) and
    /// those in `kept`.
    static func encoded(_ text: String, keeping kept: String = "") -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if isUnreserved(byte) || kept.utf8.contains(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func undone(
        _ text: some StringProtocol, where isWanted: (UInt8) -> Bool
    ) -> [UInt8] {
        let encoded = Array(text.utf8)
        var bytes: [UInt8] = []
        var index = 0
        while index < encoded.count {
            let digits = encoded[index...].dropFirst().prefix(2).compactMap(value)
            if encoded[index] == UInt8(ascii: "%"), digits.count == 2,
                case let byte = digits[0] << 4 | digits[1], isWanted(byte)
            {
                bytes.append(byte)
                index += 3
            } else {
                bytes.append(encoded[index])
                index += 1
            }
        }
        return bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
