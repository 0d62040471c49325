import CDigest

/// Computes the digest of data that arrives in parts.
public final class ContentHasher {
    private let algorithm: ContentDigest.Algorithm
    private let state: OpaquePointer

    /// nil if memory is lacking.
    public init?(_ algorithm: ContentDigest.Algorithm) {
        let type =
            switch algorithm {
            case .sha256: PIERDAT_SHA256
            case .sha512: PIERDAT_SHA512
            }
        guard let state = pierdat_digest_start(type) else { return nil }
        self.algorithm = algorithm
        self.state = state
    }

    deinit { pierdat_digest_free(state) }

    /// Adds the next part.
    public func add(_ part: UnsafeRawBufferPointer) {
        guard let start = part.baseAddress else { return }
        pierdat_digest_add(state, start, part.count)
    }

    /// The digest of all parts. Call it once, after the last.
    public func finish() -> ContentDigest {
        var bytes = [UInt8](repeating: 0, count: algorithm.length)
        pierdat_digest_finish(state, &bytes)
        guard let digest = ContentDigest(algorithm, bytes: bytes) else {
            preconditionFailure("the array has the algorithm's length")
        }
        return digest
    }
}
