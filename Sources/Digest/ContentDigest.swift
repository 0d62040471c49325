/// The digest of a file's content, written as in Dockerfiles and OCI: `sha256:HEX` or `sha512:HEX`.
public struct ContentDigest: Hashable, Sendable, CustomStringConvertible {
    /// The hash functions that identify content.
    public enum Algorithm: String, CaseIterable, Sendable {
        case sha256
        case sha512

        /// The hash function.
        public var function: HashFunction {
            switch self {
            case .sha256: .sha256
            case .sha512: .sha512
            }
        }
    }

    /// The hash function.
    public let algorithm: Algorithm
    /// As many as the hash function gives.
    public let bytes: [UInt8]

    /// nil if `bytes` have another length than the algorithm's.
    public init?(_ algorithm: Algorithm, bytes: [UInt8]) {
        guard bytes.count == algorithm.function.length else { return nil }
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
        guard let bytes = algorithm.function.bytes(hex: hex) else { return nil }
        self.init(algorithm, bytes: bytes)
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
