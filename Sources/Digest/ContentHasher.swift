import CDigest

/// Computes the digest of data that arrives in parts.
public final class ContentHasher {
    private let function: HashFunction
    private let state: OpaquePointer

    /// nil if memory is lacking.
    public init?(_ function: HashFunction) {
        guard let state = pierdat_digest_start(function.value) else { return nil }
        self.function = function
        self.state = state
    }

    deinit { pierdat_digest_free(state) }

    /// Adds the next part.
    public func add(_ part: UnsafeRawBufferPointer) {
        guard let start = part.baseAddress else { return }
        pierdat_digest_add(state, start, part.count)
    }

    /// The digest of all parts. Call it once, after the last.
    public func finish() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: function.length)
        pierdat_digest_finish(state, &bytes)
        return bytes
    }

    /// The same as the digest of content.
    public func finish(as algorithm: ContentDigest.Algorithm) -> ContentDigest {
        guard let digest = ContentDigest(algorithm, bytes: finish()) else {
            preconditionFailure("the hasher is one of another hash function")
        }
        return digest
    }
}
