/// The identifier of a block by its content (multiformats "CID"), with what is supported here.
public struct CID: Hashable, Sendable, CustomStringConvertible {
    /// How the bytes of a block are read, with the codes in the table of multicodecs.
    enum Codec: UInt64 {
        /// The block is the data of a file.
        case raw = 0x55
        /// The block is a node with links (``DagPBNode``).
        case dagPB = 0x70
    }

    enum Version: UInt64 {
        /// A SHA-256 of a dag-pb node, written in base58 without a prefix.
        case zero
        case one
    }

    let version: Version
    let codec: Codec
    let multihash: Multihash

    /// Parses a text.
    public init(_ text: some StringProtocol) throws(CIDError) {
        let isVersion0 = text.utf8.count == 46 && text.hasPrefix("Qm")
        let bytes = isVersion0 ? Multibase.base58.decoded(text) : Multibase.decoded(text)
        guard let bytes else { throw .malformed }
        self = try Self(bytes: bytes[...])
        // Version 0 is written in base58, without a prefix.
        guard isVersion0 == (version == .zero) else { throw .malformed }
    }

    /// The CID of version 1 of a block with this SHA-256.
    init(_ codec: Codec, sha256 digest: [UInt8]) {
        version = .one
        self.codec = codec
        multihash = Multihash(.sha256, digest)
    }

    /// Reads the binary form, as in a link.
    init(bytes: ArraySlice<UInt8>) throws(CIDError) {
        var rest = bytes
        try self.init(from: &rest)
        guard rest.isEmpty else { throw .malformed }
    }

    /// Takes the binary form from the beginning of `rest`.
    init(from rest: inout ArraySlice<UInt8>) throws(CIDError) {
        if rest.starts(with: [0x12, 0x20]) {
            (version, codec) = (.zero, .dagPB)
        } else {
            guard Varint.take(from: &rest) == 1, let code = Varint.take(from: &rest) else {
                throw .malformed
            }
            guard let codec = Codec(rawValue: code) else { throw .unsupportedCodec(code) }
            (version, self.codec) = (.one, codec)
        }
        multihash = try Multihash(from: &rest)
    }

    /// The binary form.
    var bytes: [UInt8] {
        version == .zero
            ? multihash.bytes : [1] + Varint.encoded(codec.rawValue) + multihash.bytes
    }

    /// In base58 for version 0 and base32 for version 1, whatever the base in which it was written.
    public var description: String {
        version == .zero
            ? String(Multibase.base58.encoded(bytes).dropFirst())
            : Multibase.base32.encoded(bytes)
    }

    /// The data of the block if the CID contains it. nil if it does not.
    var inlineBlock: [UInt8]? {
        multihash.function == .identity ? multihash.digest : nil
    }
}

/// Why a text or bytes are not a CID that can be used.
public enum CIDError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Not a CID at all.
    case malformed
    /// Its blocks are neither files nor folders.
    case unsupportedCodec(UInt64)
    /// Its blocks cannot be verified.
    case unsupportedHash(UInt64)

    /// The reason, to follow the CID and a colon.
    public var description: String {
        switch self {
        case .malformed:
            "this is not a CID, such as bafybei… or Qm…: is it complete?"
        case .unsupportedCodec(let code):
            """
            it names neither a file nor a folder, but data of the kind 0x\(String(code, radix: 16)) in the table of \
            multicodecs; raw (0x55) and dag-pb (0x70) are supported
            """
        case .unsupportedHash(let code):
            """
            its hash function 0x\(String(code, radix: 16)) in the table of multicodecs is not supported; sha2-256 \
            (0x12) and sha2-512 (0x13) are
            """
        }
    }
}
