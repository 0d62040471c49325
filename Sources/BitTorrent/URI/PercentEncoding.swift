/// Percent-encoding in URIs: RFC 3986, 2.1.
package enum PercentEncoding {
    /// Decodes the text. nil if the encoding is invalid.
    package static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, case let digits = Substring(rest.prefix(2)),
                digits.allSatisfy(\.isHexDigit),
                let value = UInt8(digits, radix: 16), value != 0
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Encodes the characters of a path and query that are not valid in a request, as browsers do.
    /// Existing escapes stay.
    static func encoded(forTarget text: some StringProtocol) -> String {
        var rest = Array(text.utf8)[...]
        var result: [UInt8] = []
        while let byte = rest.popFirst() {
            let isEncoded = rest.count >= 2 && rest.prefix(2).allSatisfy(isHexadecimal)
            let isFit = byte == UInt8(ascii: "%") ? isEncoded : isFitForTarget(byte)
            result += isFit ? [byte] : encoded(byte)
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Encodes everything that is not ASCII.
    static func encoded(beyondASCII text: some StringProtocol) -> String {
        String(decoding: text.utf8.flatMap { $0 < 0x80 ? [$0] : encoded($0) }, as: UTF8.self)
    }

    /// Encodes a user name or password, except for unreserved characters (RFC 3986, 2.3).
    package static func encoded(userinfo text: String) -> String {
        String(
            decoding: text.utf8.flatMap { isUnreserved($0) ? [$0] : encoded($0) }, as: UTF8.self)
    }

    private static func encoded(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }

    private static func isFitForTarget(_ byte: UInt8) -> Bool {
        0x21...0x7E ~= byte && !"\"<>\\^`{|}".utf8.contains(byte)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        Character(UnicodeScalar(byte)).isHexadecimal
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~".utf8.contains(byte)
        }
    }
}
