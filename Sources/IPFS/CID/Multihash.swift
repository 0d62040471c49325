import Digest

/// A digest and the function that computes it (multiformats "multihash").
struct Multihash: Hashable, Sendable {
    /// The functions that are supported, with their codes in the table of multicodecs.
    enum Function: UInt64 {
        /// The "digest" is the data itself.
        case identity = 0x00
        case sha256 = 0x12
        case sha512 = 0x13
    }

    let function: Function
    let digest: [UInt8]

    /// Data in a CID is only a few bytes. This is more than any program writes.
    static let longestIdentity = 1024

    init(_ function: Function, _ digest: [UInt8]) {
        self.function = function
        self.digest = digest
    }

    /// Takes a multihash from the beginning of `bytes`.
    init(from bytes: inout ArraySlice<UInt8>) throws(CIDError) {
        guard let code = Varint.take(from: &bytes), let length = Varint.take(from: &bytes),
            length <= bytes.count
        else { throw .malformed }
        guard let function = Function(rawValue: code) else { throw .unsupportedHash(code) }
        digest = Array(bytes.prefix(Int(length)))
        bytes = bytes.dropFirst(digest.count)
        self.function = function
        // A truncated digest would be easier to forge.
        guard digest.count == function.length ?? min(digest.count, Self.longestIdentity) else {
            throw .malformed
        }
    }

    /// The binary form.
    var bytes: [UInt8] {
        Varint.encoded(function.rawValue) + Varint.encoded(UInt64(digest.count)) + digest
    }

    /// True if it is the multihash of the data that consists of `parts`.
    func matches(_ parts: UnsafeRawBufferPointer...) -> Bool {
        guard let name = function.hashFunction else {
            return parts.reduce(0) { $0 + $1.count } == digest.count
                && parts.joined().elementsEqual(digest)
        }
        guard let hasher = ContentHasher(name) else { return false }
        for part in parts { hasher.add(part) }
        return hasher.finish() == digest
    }
}

extension Multihash.Function {
    fileprivate var hashFunction: HashFunction? {
        switch self {
        case .identity: nil
        case .sha256: .sha256
        case .sha512: .sha512
        }
    }

    /// Of a digest, in bytes. nil for any.
    fileprivate var length: Int? { hashFunction?.length }
}
