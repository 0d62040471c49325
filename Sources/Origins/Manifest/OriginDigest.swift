import Digest

/// What an origin says about the content of a file, so that it can be verified.
public enum OriginDigest: Hashable, Sendable, CustomStringConvertible {
    /// SHA-256 or SHA-512 of the content.
    case content(ContentDigest)
    /// MD5 or SHA-1 of the content. Protects from errors, not from somebody who makes other data with the same digest.
    case weak(HashFunction, [UInt8])
    /// Git's name of the content: SHA-1 of `blob SIZE`, a NUL and the content.
    case gitBlob([UInt8])

    /// Git's name in hexadecimal digits. nil if there are not 40 of them.
    public init?(gitBlob hex: some StringProtocol) {
        guard let bytes = HashFunction.sha1.bytes(hex: hex) else { return nil }
        self = .gitBlob(bytes)
    }

    /// The digest that `hex` writes in hexadecimal digits. nil if it is not one of `function`.
    init?(_ function: HashFunction, hex: some StringProtocol) {
        guard let bytes = function.bytes(hex: hex) else { return nil }
        let algorithm = ContentDigest.Algorithm.allCases.first { $0.function == function }
        self =
            algorithm.flatMap { ContentDigest($0, bytes: bytes) }.map { .content($0) }
            ?? .weak(function, bytes)
    }

    /// The bytes of the digest.
    var bytes: [UInt8] {
        switch self {
        case .content(let digest): digest.bytes
        case .weak(_, let bytes), .gitBlob(let bytes): bytes
        }
    }

    /// Ready for the content of a file of `size` bytes. nil if memory is lacking.
    func hasher(size: Int64) -> ContentHasher? {
        switch self {
        case .content(let digest): return ContentHasher(digest.algorithm.function)
        case .weak(let function, _): return ContentHasher(function)
        case .gitBlob:
            let hasher = ContentHasher(.sha1)
            Array("blob \(size)\0".utf8).withUnsafeBytes { hasher?.add($0) }
            return hasher
        }
    }

    /// `sha256:HEX`, `sha512:HEX`, `sha1:HEX`, `md5:HEX` or `git-sha1:HEX`.
    public var description: String { described(bytes) }

    /// Another result of the same hash function, written like this one.
    func described(_ bytes: [UInt8]) -> String {
        let kind =
            switch self {
            case .content(let digest): digest.algorithm.rawValue
            case .weak(let function, _): function.rawValue
            case .gitBlob: "git-sha1"
            }
        return "\(kind):\(Self.hex(bytes))"
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
