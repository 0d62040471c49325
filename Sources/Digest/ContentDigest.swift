import CDigest

/// The digest of a file's content, written as in Dockerfiles and OCI: `sha256:HEX` or `sha512:HEX`.
public struct ContentDigest: Hashable, Sendable, CustomStringConvertible {
    /// The hash function (FIPS 180-4).
    public enum Algorithm: String, CaseIterable, Sendable {
        case sha256
        case sha512

        /// In bytes.
        public var length: Int {
            switch self {
            case .sha256: 32
            case .sha512: 64
            }
        }
    }

    /// The hash function.
    public let algorithm: Algorithm
    /// ``Algorithm/length`` bytes.
    public let bytes: [UInt8]

    /// nil if `bytes` have another length than the algorithm's.
    public init?(_ algorithm: Algorithm, bytes: [UInt8]) {
        guard bytes.count == algorithm.length else { return nil }
        self.algorithm = algorithm
        self.bytes = bytes
    }

    /// Parses `sha256:HEX` or, as in the fragment of a URL, `sha256=HEX`. Accepts digits and names of
    /// algorithms in either case. nil for any other text.
    public init?(_ text: some StringProtocol) {
        guard let separator = text.firstIndex(where: { $0 == ":" || $0 == "=" }),
            let algorithm = Algorithm(rawValue: text[..<separator].lowercased())
        else { return nil }
        self.init(algorithm, hex: text[text.index(after: separator)...])
    }

    /// nil if `hex` is not the right number of hexadecimal digits, in either case.
    public init?(_ algorithm: Algorithm, hex: some StringProtocol) {
        let digits = Array(hex.utf8)
        guard digits.count == 2 * algorithm.length else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.value(of: digits[index]),
                let low = Self.value(of: digits[index + 1])
            else { return nil }
            bytes.append(high << 4 | low)
        }
        self.init(algorithm, bytes: bytes)
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// Lowercase digits.
    public var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self)
    }

    /// `sha256:HEX`.
    public var description: String { "\(algorithm.rawValue):\(hex)" }
}
