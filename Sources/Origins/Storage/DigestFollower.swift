import Digest
import LinuxSystem
import SystemPackage

/// Computes the digest of a file on a thread of its own while the file is being written.
enum DigestFollower {
    /// Reads `file` up to `watermark` until that is closed, and passes the digest of everything below it to
    /// `result`. Throws if there is no thread.
    static func start(
        _ algorithm: ContentDigest.Algorithm, of file: PartialFile, upTo watermark: Watermark,
        result: @escaping @Sendable (Result<ContentDigest, Errno>) -> Void
    ) throws(Errno) {
        try start(of: file, upTo: watermark) {
            ContentHasher(algorithm.function)
        } result: { hasher in
            result(hasher.map { $0.finish(as: algorithm) })
        }
    }

    /// The same for any hash: `begin` returns the hasher, nil if memory is lacking, and `result` gets it with all of
    /// the data.
    static func start(
        of file: PartialFile, upTo watermark: Watermark,
        begin: @escaping @Sendable () -> ContentHasher?,
        result: @escaping @Sendable (Result<ContentHasher, Errno>) -> Void
    ) throws(Errno) {
        try BackgroundThread.run {
            result(
                Result { () throws(Errno) in
                    guard let hasher = begin() else { throw .noMemory }
                    try follow(file, upTo: watermark, hasher)
                    return hasher
                })
        }
    }

    private static func follow(
        _ file: PartialFile, upTo watermark: Watermark, _ hasher: ContentHasher
    ) throws(Errno) {
        var offset: Int64 = 0
        while let end = watermark.value(past: offset) {
            // The file is never shorter than the watermark.
            guard try hasher.add(file.file, offset..<end) == end - offset else { throw .ioError }
            offset = end
        }
    }
}
